package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The files by which a v1 leaf limits and counts CPU time: scheduler/sched-bwc.rst and
 * admin-guide/cgroup-v1/cpuacct.rst of the kernel's documentation.
 */
final class LegacyCpu implements AutoCloseable {
  /** {@code cpuacct.stat} counts in units of USER_HZ, 100 a second on x86-64 and AArch64. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private static final String UNLIMITED = "-1";

  private final @Nullable Path rate;
  private final @Nullable Path accounts;
  private final OpenFiles counters = new OpenFiles();
  private final @Nullable PolledFile usage;
  private @Nullable PolledFile quota;
  private @Nullable Long periodMicros;

  /**
   * @param rate the leaf of the controller cpu; {@code null} where it is not in use
   * @param accounts that of cpuacct
   */
  LegacyCpu(@Nullable Path rate, @Nullable Path accounts) {
    this.rate = rate;
    this.accounts = accounts;
    this.usage = accounts == null ? null : PolledFile.open(accounts.resolve("cpuacct.usage"));
  }

  /**
   * Sets the CPU quota.
   *
   * @param parentLimits whether a quota is already in force above
   */
  void limit(CgroupSettings settings, BooleanSupplier parentLimits) {
    Path cpu = rate;
    if (cpu == null) {
      return;
    }
    if (quota == null) {
      quota = PolledFile.openWritable(cpu.resolve("cpu.cfs_quota_us"));
    }
    PolledFile file = quota;
    if (!settings.limitsCpu()) {
      write(file, UNLIMITED);
      return;
    }
    long period = settings.cpuPeriodMicros();
    if (periodMicros == null || periodMicros != period) {
      // Without a quota the period can be changed freely; with one the old ratio must fit above.
      write(file, UNLIMITED);
      Kernfs.write(cpu.resolve("cpu.cfs_period_us"), Long.toString(period));
      periodMicros = period;
    }
    String micros = Long.toString(settings.cpuQuotaMicros());
    // A quota larger than that of a cgroup above is EINVAL. The one above holds, and is tighter.
    if (!file.write(micros)) {
      if (!parentLimits.getAsBoolean()) {
        throw new SandboxException(
            "write(\"" + micros + "\" → " + cpu.resolve("cpu.cfs_quota_us") + "): EINVAL");
      }
      write(file, UNLIMITED);
    }
  }

  private static void write(PolledFile file, String value) {
    if (!file.write(value)) {
      throw new SandboxException("write(\"" + value + "\" → cpu.cfs_quota_us): EINVAL");
    }
  }

  /** CPU time so far; {@code null} where it is not counted. */
  @Nullable Long timeNanos() {
    return usage == null ? null : FlatKeyed.only(usage.read());
  }

  @Nullable Long userTimeNanos() {
    return time("cpuacct.usage_user", "user");
  }

  @Nullable Long systemTimeNanos() {
    return time("cpuacct.usage_sys", "system");
  }

  private @Nullable Long time(String file, String statKey) {
    Long nanos = FlatKeyed.only(text(accounts, file));
    if (nanos != null) {
      return nanos;
    }
    Long ticks = FlatKeyed.value(text(accounts, "cpuacct.stat"), statKey);
    return ticks == null ? null : Long.valueOf(ticks * NANOS_PER_TICK);
  }

  @Nullable Long throttledNanos() {
    return FlatKeyed.value(text(rate, "cpu.stat"), "throttled_time");
  }

  private @Nullable String text(@Nullable Path leaf, String file) {
    return leaf == null ? null : counters.readIfPresent(leaf.resolve(file));
  }

  @Override
  public void close() {
    counters.close();
    if (usage != null) {
      usage.close();
    }
    if (quota != null) {
      quota.close();
      quota = null;
    }
  }
}
