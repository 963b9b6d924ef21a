package dev.stockade.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a verdict rests on; {@code null} where unknown.
 *
 * @param waitStatus as wait4(2) gave it
 * @param oomKills processes ended by the kernel's OOM killer
 * @param pidsLimitHits forks refused for the process limit
 * @param killedFor why Stockade ended the run, such as {@code cpuTime}; {@code null} when it did
 *     not
 * @param deniedSyscall name of the hostile system call that ended the run
 * @param cpuThrottled how long the {@code cpus} limit held the run back
 * @param cpuTimeOvershoot CPU time used above the limit, when that is the verdict
 * @param wallTimeOvershoot wall time above the limit, when that is the verdict
 */
public record Evidence(
    @Nullable Integer waitStatus,
    @Nullable Long oomKills,
    @Nullable Long pidsLimitHits,
    @Nullable String killedFor,
    @Nullable String deniedSyscall,
    @Nullable Duration cpuThrottled,
    @Nullable Duration cpuTimeOvershoot,
    @Nullable Duration wallTimeOvershoot) {}
