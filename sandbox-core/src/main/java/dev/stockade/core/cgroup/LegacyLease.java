package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.fault.SandboxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A leaf in each v1 hierarchy: the kernel's admin-guide/cgroup-v1/memory.rst, pids.rst, cpuacct.rst
 * and scheduler/sched-bwc.rst describe the files.
 */
final class LegacyLease implements CgroupLease {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** {@code cpuacct.stat} counts in units of USER_HZ, 100 a second on x86-64 and AArch64. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private final Map<LegacyController.Kind, Path> leaves;
  private final Set<Capability> capabilities;
  private final BooleanSupplier parentLimitsCpu;
  private final Runnable giveBack;
  private final @Nullable PolledFile cpuUsage;
  private final OpenFiles counters = new OpenFiles();
  private volatile CgroupUsage baseline = CgroupUsage.NOTHING;
  private boolean closed;

  /**
   * @param leaves directory per controller, not yet made; controllers mounted together share one
   * @param parentLimitsCpu whether a CPU quota is already in force above the leaf
   * @param giveBack called once when the leaf is gone
   */
  LegacyLease(
      Map<LegacyController.Kind, Path> leaves,
      Set<Capability> capabilities,
      BooleanSupplier parentLimitsCpu,
      Runnable giveBack) {
    this.leaves = Map.copyOf(leaves);
    this.capabilities = capabilities;
    this.parentLimitsCpu = parentLimitsCpu;
    this.giveBack = giveBack;
    List<Path> made = new ArrayList<>();
    try {
      for (Path leaf : directories()) {
        Kernfs.mkdir(leaf);
        made.add(leaf);
      }
      Path cpuacct = leaves.get(LegacyController.Kind.CPUACCT);
      this.cpuUsage = cpuacct == null ? null : PolledFile.open(cpuacct.resolve("cpuacct.usage"));
    } catch (SandboxException e) {
      for (Path leaf : made) {
        Kernfs.rmdir(leaf, PATIENCE);
      }
      giveBack.run();
      throw e;
    }
  }

  private Set<Path> directories() {
    return new LinkedHashSet<>(leaves.values());
  }

  @Override
  public void attach(int pid) {
    for (Path file : procsFiles()) {
      Kernfs.write(file, Integer.toString(pid));
    }
  }

  @Override
  public List<Path> procsFiles() {
    return directories().stream().map(leaf -> leaf.resolve("cgroup.procs")).toList();
  }

  @Override
  public List<Path> entryFiles() {
    return directories().stream().map(leaf -> leaf.resolve("tasks")).toList();
  }

  @Override
  public Optional<Path> unifiedDirectory() {
    return Optional.empty();
  }

  @Override
  public void apply(CgroupSettings settings) {
    Path memory = leaves.get(LegacyController.Kind.MEMORY);
    if (memory != null) {
      limitMemory(memory, settings);
    }
    Path pids = leaves.get(LegacyController.Kind.PIDS);
    if (pids != null) {
      Kernfs.write(
          pids.resolve("pids.max"),
          settings.limitsPids() ? Integer.toString(settings.pidsMax()) : "max");
    }
    Path cpu = leaves.get(LegacyController.Kind.CPU);
    if (cpu != null && capabilities.contains(Capability.CPU_RATE)) {
      limitCpu(cpu, settings);
    }
  }

  private void limitMemory(Path memory, CgroupSettings settings) {
    Long killerOff = FlatKeyed.value(text(memory, "memory.oom_control"), "oom_kill_disable");
    if (killerOff != null && killerOff != 0) { // inherited: the job would freeze at its limit
      Kernfs.write(memory.resolve("memory.oom_control"), "0");
    }
    String limit = settings.limitsMemory() ? Long.toString(settings.memoryMaxBytes()) : "-1";
    Path memoryLimit = memory.resolve("memory.limit_in_bytes");
    Path memoryAndSwapLimit = memory.resolve("memory.memsw.limit_in_bytes");
    String memoryAndSwap = Kernfs.readIfPresent(memoryAndSwapLimit);
    if (memoryAndSwap == null) {
      Kernfs.write(memoryLimit, limit);
      // No limit on swap in this kernel: at least never swap on behalf of this limit.
      Kernfs.write(memory.resolve("memory.swappiness"), "0");
    } else if (settings.memoryMaxBytes() > FlatKeyed.number(memoryAndSwap)) {
      // At every moment memory's limit must not be above that of memory and swap (EINVAL).
      Kernfs.write(memoryAndSwapLimit, limit);
      Kernfs.write(memoryLimit, limit);
    } else {
      Kernfs.write(memoryLimit, limit);
      Kernfs.write(memoryAndSwapLimit, limit);
    }
  }

  @Override
  public void limitSockets(long bytes) {
    Path memory = leaves.get(LegacyController.Kind.MEMORY);
    if (memory != null) {
      Kernfs.write(memory.resolve("memory.kmem.tcp.limit_in_bytes"), Long.toString(bytes));
    }
  }

  private void limitCpu(Path cpu, CgroupSettings settings) {
    Path quota = cpu.resolve("cpu.cfs_quota_us");
    // Without a quota the period can be changed freely; with one the old ratio must fit above.
    Kernfs.write(quota, "-1");
    if (!settings.limitsCpu()) {
      return;
    }
    Kernfs.write(cpu.resolve("cpu.cfs_period_us"), Long.toString(settings.cpuPeriodMicros()));
    try {
      Kernfs.write(quota, Long.toString(settings.cpuQuotaMicros()));
    } catch (SandboxException e) {
      // A quota larger than that of a cgroup above is EINVAL. The one above holds, and is tighter.
      if (!parentLimitsCpu.getAsBoolean()) {
        throw e;
      }
    }
  }

  @Override
  public void startCounting() {
    Path memory = leaves.get(LegacyController.Kind.MEMORY);
    if (memory != null) {
      Kernfs.write(memory.resolve("memory.max_usage_in_bytes"), "0");
    }
    baseline = counted();
  }

  @Override
  public CgroupUsage usage() {
    return counted().since(baseline);
  }

  private CgroupUsage counted() {
    Path memory = leaves.get(LegacyController.Kind.MEMORY);
    Path pids = leaves.get(LegacyController.Kind.PIDS);
    Path cpu = leaves.get(LegacyController.Kind.CPU);
    Path cpuacct = leaves.get(LegacyController.Kind.CPUACCT);
    Long peak = FlatKeyed.only(text(memory, "memory.max_usage_in_bytes"));
    return new CgroupUsage(
        cpuUsage == null ? null : FlatKeyed.only(cpuUsage.read()),
        cpuTime(cpuacct, "cpuacct.usage_user", "user"),
        cpuTime(cpuacct, "cpuacct.usage_sys", "system"),
        peak,
        peak == null ? null : "memory.max_usage_in_bytes",
        CgroupUsage.tasks(FlatKeyed.only(text(pids, "pids.peak"))),
        FlatKeyed.value(text(memory, "memory.oom_control"), "oom_kill"),
        FlatKeyed.value(text(pids, "pids.events"), "max"),
        FlatKeyed.value(text(cpu, "cpu.stat"), "throttled_time"),
        null);
  }

  private @Nullable Long cpuTime(@Nullable Path cpuacct, String file, String statKey) {
    Long nanos = FlatKeyed.only(text(cpuacct, file));
    if (nanos != null) {
      return nanos;
    }
    Long ticks = FlatKeyed.value(text(cpuacct, "cpuacct.stat"), statKey);
    return ticks == null ? null : Long.valueOf(ticks * NANOS_PER_TICK);
  }

  private @Nullable String text(@Nullable Path leaf, String file) {
    return leaf == null ? null : counters.readIfPresent(leaf.resolve(file));
  }

  @Override
  public long cpuTimeNanos() {
    if (cpuUsage == null) {
      throw new UnsupportedOperationException("there is no cpuacct hierarchy");
    }
    Long start = baseline.cpuTimeNanos();
    return FlatKeyed.number(cpuUsage.read()) - (start == null ? 0 : start);
  }

  @Override
  public boolean kill() {
    return false;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (cpuUsage != null) {
      cpuUsage.close();
    }
    counters.close();
    for (Path leaf : directories()) {
      Kernfs.rmdir(leaf, PATIENCE); // gone already where an earlier close() got half-way
    }
    closed = true;
    giveBack.run();
  }
}
