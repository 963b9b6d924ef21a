package dev.stockade.core.cgroup;

import org.jspecify.annotations.Nullable;

/**
 * What the kernel counted in one leaf since it was made; {@code null} where this host does not
 * count it.
 *
 * @param memoryPeakSource the kernel file that gave the peak, for example {@code memory.peak} (v2)
 *     or {@code memory.max_usage_in_bytes} (v1)
 * @param oomKills processes that the kernel's OOM killer ended here
 * @param pidsLimitHits forks refused because of the pids limit
 */
public record CgroupUsage(
    @Nullable Long cpuTimeNanos,
    @Nullable Long userTimeNanos,
    @Nullable Long systemTimeNanos,
    @Nullable Long memoryPeakBytes,
    @Nullable String memoryPeakSource,
    @Nullable Integer pidsPeak,
    @Nullable Long oomKills,
    @Nullable Long pidsLimitHits,
    @Nullable Long cpuThrottledNanos) {}
