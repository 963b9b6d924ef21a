package dev.stockade.core;

import org.jspecify.annotations.Nullable;

/**
 * The kernel's and our timers' own words behind a verdict; {@code null} where unknown here.
 *
 * @param waitStatus status of the program as wait4(2) gave it; {@code null} when it was killed with
 *     its whole PID namespace before it could be waited for
 * @param oomKills processes ended by the kernel's OOM killer
 * @param pidsLimitHits forks refused because of the pids limit
 * @param killedFor the limit for which Stockade killed the run: {@code cpuTime}, {@code wallTime},
 *     {@code output}, {@code deniedSyscall}, {@code cancelled}; {@code null} when it ended by
 *     itself
 * @param deniedSyscall name of the hostile system call that ended the run
 * @param cpuThrottledNanos time for which the CPU rate limit held the run back
 * @param cpuTimeOvershootNanos CPU time used above the limit, when that is the verdict
 * @param wallTimeOvershootNanos wall time above the limit, when that is the verdict
 */
public record Evidence(
    @Nullable Integer waitStatus,
    @Nullable Long oomKills,
    @Nullable Long pidsLimitHits,
    @Nullable String killedFor,
    @Nullable String deniedSyscall,
    @Nullable Long cpuThrottledNanos,
    @Nullable Long cpuTimeOvershootNanos,
    @Nullable Long wallTimeOvershootNanos) {}
