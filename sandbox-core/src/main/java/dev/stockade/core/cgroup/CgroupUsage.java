package dev.stockade.core.cgroup;

import org.jspecify.annotations.Nullable;

/**
 * What the kernel counted in one leaf; {@code null} where this host does not count it.
 *
 * @param memoryPeakSource the kernel file that gave the peak, for example {@code memory.peak} (v2)
 *     or {@code memory.max_usage_in_bytes} (v1)
 * @param oomKills how often the kernel's OOM killer killed here; with v2, where it ends the whole
 *     leaf at once, the first victim may be counted twice
 * @param pidsLimitHits forks refused because of the pids limit
 * @param cpuPressureNanos time in which a task here was able to run and had no processor
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
    @Nullable Long cpuThrottledNanos,
    @Nullable Long cpuPressureNanos) {
  /** Where nothing is counted. */
  public static final CgroupUsage NOTHING =
      new CgroupUsage(null, null, null, null, null, null, null, null, null, null);

  /** The counters less what they were then; peaks as they are. */
  CgroupUsage since(CgroupUsage then) {
    return new CgroupUsage(
        less(cpuTimeNanos, then.cpuTimeNanos),
        less(userTimeNanos, then.userTimeNanos),
        less(systemTimeNanos, then.systemTimeNanos),
        memoryPeakBytes,
        memoryPeakSource,
        pidsPeak,
        less(oomKills, then.oomKills),
        less(pidsLimitHits, then.pidsLimitHits),
        less(cpuThrottledNanos, then.cpuThrottledNanos),
        less(cpuPressureNanos, then.cpuPressureNanos));
  }

  /** Never negative: the kernel may scale user and system time a little between two looks. */
  private static @Nullable Long less(@Nullable Long now, @Nullable Long then) {
    return now == null || then == null ? now : Long.valueOf(Math.max(0, now - then));
  }

  /** A peak of tasks as it is reported. */
  static @Nullable Integer tasks(@Nullable Long peak) {
    return peak == null ? null : Integer.valueOf(Math.toIntExact(peak));
  }
}
