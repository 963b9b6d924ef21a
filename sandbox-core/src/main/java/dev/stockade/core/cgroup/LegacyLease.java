package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.LegacyController.Kind;
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
 * A leaf in each v1 hierarchy: the kernel's admin-guide/cgroup-v1/memory.rst and pids.rst describe
 * the files of two of them, {@link LegacyCpu} is the rest.
 */
final class LegacyLease implements CgroupLease {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Map<Kind, Path> leaves;
  private final Limits host;
  private final LegacyCpu cpu;
  private final Runnable giveBack;
  private final OpenFiles counters = new OpenFiles();
  private volatile CgroupUsage baseline = CgroupUsage.NOTHING;
  private @Nullable Long memoryMaxBytes;
  private boolean closed;

  /**
   * What this host can limit besides.
   *
   * @param swap whether memory and swap together can be limited
   * @param cpuRate whether CPU quotas can be set
   * @param cpuRateAbove whether a CPU quota is already in force above the leaf
   */
  record Limits(boolean swap, boolean cpuRate, BooleanSupplier cpuRateAbove) {}

  /**
   * @param leaves directory per controller, not yet made; controllers mounted together share one
   * @param giveBack called once when the leaf is gone
   */
  LegacyLease(Map<Kind, Path> leaves, Limits host, Runnable giveBack) {
    this.leaves = Map.copyOf(leaves);
    this.host = host;
    this.giveBack = giveBack;
    List<Path> made = new ArrayList<>();
    try {
      for (Path leaf : directories()) {
        Kernfs.mkdir(leaf);
        made.add(leaf);
      }
      this.cpu = new LegacyCpu(leaves.get(Kind.CPU), leaves.get(Kind.CPUACCT));
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
  public synchronized void apply(CgroupSettings settings) {
    Path memory = leaves.get(Kind.MEMORY);
    if (memory != null) {
      limitMemory(memory, settings);
    }
    Path pids = leaves.get(Kind.PIDS);
    if (pids != null) {
      Kernfs.write(
          pids.resolve("pids.max"),
          settings.limitsPids() ? Integer.toString(settings.pidsMax()) : "max");
    }
    if (host.cpuRate()) {
      cpu.limit(settings, host.cpuRateAbove());
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
    boolean grows = memoryMaxBytes != null && settings.memoryMaxBytes() > memoryMaxBytes;
    if (!host.swap()) {
      Kernfs.write(memoryLimit, limit);
      // No limit on swap in this kernel: at least never swap on behalf of this limit.
      Kernfs.write(memory.resolve("memory.swappiness"), "0");
    } else if (grows) {
      // At every moment memory's limit must not be above that of memory and swap (EINVAL).
      Kernfs.write(memoryAndSwapLimit, limit);
      Kernfs.write(memoryLimit, limit);
    } else {
      Kernfs.write(memoryLimit, limit);
      Kernfs.write(memoryAndSwapLimit, limit);
    }
    memoryMaxBytes = settings.memoryMaxBytes();
  }

  @Override
  public void limitSockets(long bytes) {
    Path memory = leaves.get(Kind.MEMORY);
    if (memory != null) {
      Kernfs.write(memory.resolve("memory.kmem.tcp.limit_in_bytes"), Long.toString(bytes));
    }
  }

  @Override
  public void startCounting() {
    Path memory = leaves.get(Kind.MEMORY);
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
    Path memory = leaves.get(Kind.MEMORY);
    Path pids = leaves.get(Kind.PIDS);
    Long peak = FlatKeyed.only(text(memory, "memory.max_usage_in_bytes"));
    return new CgroupUsage(
        cpu.timeNanos(),
        cpu.userTimeNanos(),
        cpu.systemTimeNanos(),
        peak,
        peak == null ? null : "memory.max_usage_in_bytes",
        CgroupUsage.tasks(FlatKeyed.only(text(pids, "pids.peak"))),
        FlatKeyed.value(text(memory, "memory.oom_control"), "oom_kill"),
        FlatKeyed.value(text(pids, "pids.events"), "max"),
        cpu.throttledNanos(),
        null);
  }

  private @Nullable String text(@Nullable Path leaf, String file) {
    return leaf == null ? null : counters.readIfPresent(leaf.resolve(file));
  }

  @Override
  public long cpuTimeNanos() {
    Long now = cpu.timeNanos();
    if (now == null) {
      throw new UnsupportedOperationException("there is no cpuacct hierarchy");
    }
    Long start = baseline.cpuTimeNanos();
    return now - (start == null ? 0 : start);
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
    counters.close();
    cpu.close();
    for (Path leaf : directories()) {
      Kernfs.rmdir(leaf, PATIENCE); // an earlier close() may have got half-way
    }
    closed = true;
    giveBack.run();
  }
}
