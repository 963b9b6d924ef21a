package dev.stockade.core.cgroup;

/**
 * The limits of one leaf.
 *
 * @param memoryMaxBytes memory and swap together; {@link Long#MAX_VALUE} for no limit
 * @param pidsMax tasks in the leaf at one time, the run's init included; {@link Integer#MAX_VALUE}
 *     for no limit
 * @param cpus processors' worth of time per second, for example 0.5; at least 0.001; {@link
 *     Double#POSITIVE_INFINITY} for no limit
 */
public record CgroupSettings(long memoryMaxBytes, int pidsMax, double cpus) {
  /** The kernel's default period of accounting, and ours. */
  private static final long PERIOD_MICROS = 100_000;

  /** The kernel takes no longer period, and no quota below {@link #LEAST_QUOTA_MICROS}. */
  private static final long LONGEST_PERIOD_MICROS = 1_000_000;

  private static final long LEAST_QUOTA_MICROS = 1_000;

  public CgroupSettings {
    if (memoryMaxBytes <= 0 || pidsMax <= 0) {
      throw new IllegalArgumentException(
          "limits must be positive: " + memoryMaxBytes + " bytes, " + pidsMax + " tasks");
    }
    if (!(cpus >= (double) LEAST_QUOTA_MICROS / LONGEST_PERIOD_MICROS)) {
      throw new IllegalArgumentException("cpus must be at least 0.001: " + cpus);
    }
  }

  boolean limitsMemory() {
    return memoryMaxBytes != Long.MAX_VALUE;
  }

  boolean limitsPids() {
    return pidsMax != Integer.MAX_VALUE;
  }

  boolean limitsCpu() {
    return cpus != Double.POSITIVE_INFINITY;
  }

  /** The length of an accounting period: longer than usual only for a very small share. */
  long cpuPeriodMicros() {
    return cpus * PERIOD_MICROS >= LEAST_QUOTA_MICROS ? PERIOD_MICROS : LONGEST_PERIOD_MICROS;
  }

  /** CPU time in each period. */
  long cpuQuotaMicros() {
    return Math.round(cpus * cpuPeriodMicros());
  }
}
