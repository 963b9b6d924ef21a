package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.LegacyController.Kind;
import dev.stockade.core.fault.SandboxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A leaf in v1's cpu and cpuacct hierarchies, which are one on many hosts; its files stay open. It
 * may serve one job after another: its counters are read as differences, and a quota that is
 * written is whole again (kernel/sched/core.c, {@code tg_set_cfs_bandwidth}). See
 * scheduler/sched-bwc.rst and admin-guide/cgroup-v1/cpuacct.rst of the kernel's documentation.
 */
final class CpuLeaf implements AutoCloseable {
  /** {@code cpuacct.stat} counts in units of USER_HZ, 100 a second on x86-64 and AArch64. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private static final String UNLIMITED = "-1";

  private final Map<Kind, Path> directories;
  private final List<Path> made = new ArrayList<>();
  private final OpenFiles counters = new OpenFiles();
  private final @Nullable PolledFile usage;
  private @Nullable PolledFile quota;
  private @Nullable Long periodMicros;

  /**
   * @param directories not yet made; none, one or two
   */
  CpuLeaf(Map<Kind, Path> directories) {
    this.directories = new EnumMap<>(Kind.class);
    this.directories.putAll(directories);
    try {
      for (Path directory : directories()) {
        Kernfs.mkdir(directory);
        made.add(directory);
      }
      Path accounts = directories.get(Kind.CPUACCT);
      this.usage = accounts == null ? null : PolledFile.open(accounts.resolve("cpuacct.usage"));
    } catch (SandboxException e) {
      close();
      throw e;
    }
  }

  Set<Path> directories() {
    return new LinkedHashSet<>(directories.values());
  }

  /** Whether nobody is in it, so that another job may have it. */
  boolean isEmpty() {
    for (Path directory : made) {
      try (PolledFile tasks = PolledFile.open(directory.resolve("tasks"))) {
        if (!tasks.read().isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Sets the CPU quota, and gives back what of it was used up in the period that goes on.
   *
   * @param parentLimits whether a quota is already in force above
   */
  void limit(CgroupSettings settings, BooleanSupplier parentLimits) {
    Path cpu = directories.get(Kind.CPU);
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

  /** CPU time of all jobs that it has served; {@code null} where it is not counted. */
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
    Long nanos = FlatKeyed.only(text(Kind.CPUACCT, file));
    if (nanos != null) {
      return nanos;
    }
    Long ticks = FlatKeyed.value(text(Kind.CPUACCT, "cpuacct.stat"), statKey);
    return ticks == null ? null : Long.valueOf(ticks * NANOS_PER_TICK);
  }

  @Nullable Long throttledNanos() {
    return FlatKeyed.value(text(Kind.CPU, "cpu.stat"), "throttled_time");
  }

  private @Nullable String text(Kind kind, String file) {
    Path directory = directories.get(kind);
    return directory == null ? null : counters.readIfPresent(directory.resolve(file));
  }

  /** Removes it; its processes must be gone. */
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
    for (Path directory : made) {
      Kernfs.rmdir(directory, Duration.ofSeconds(2));
    }
  }
}
