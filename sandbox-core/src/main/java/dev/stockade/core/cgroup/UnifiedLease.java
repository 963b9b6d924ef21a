package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.SystemCallException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A v2 leaf; the files are described in the kernel's admin-guide/cgroup-v2.rst. */
final class UnifiedLease implements CgroupLease {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long NANOS_PER_MICRO = 1_000;

  private final Path leaf;
  private final Set<Capability> capabilities;
  private final Runnable giveBack;
  private final PolledFile cpuStat;
  private final OpenFiles counters = new OpenFiles();
  private volatile @Nullable PolledFile resetPeak;
  private volatile CgroupUsage baseline = CgroupUsage.NOTHING;
  private volatile boolean killed;
  private boolean closed;

  /**
   * @param leaf not yet made
   * @param giveBack called once when the leaf is gone
   */
  UnifiedLease(Path leaf, Set<Capability> capabilities, Runnable giveBack) {
    this.leaf = leaf;
    this.capabilities = capabilities;
    this.giveBack = giveBack;
    boolean made = false;
    try {
      Kernfs.mkdir(leaf);
      made = true;
      this.cpuStat = PolledFile.open(leaf.resolve("cpu.stat"));
    } catch (SandboxException e) {
      if (made) {
        Kernfs.rmdir(leaf, PATIENCE);
      }
      giveBack.run();
      throw e;
    }
  }

  @Override
  public void attach(int pid) {
    Kernfs.write(procs(), Integer.toString(pid));
  }

  private Path procs() {
    if (killed) {
      throw new IllegalStateException(leaf + " was killed and must not be entered again");
    }
    return leaf.resolve("cgroup.procs");
  }

  @Override
  public List<Path> procsFiles() {
    return List.of(procs());
  }

  @Override
  public List<Path> entryFiles() {
    return List.of();
  }

  @Override
  public Optional<Path> unifiedDirectory() {
    procs();
    return Optional.of(leaf);
  }

  @Override
  public void apply(CgroupSettings settings) {
    if (capabilities.contains(Capability.MEMORY)) {
      String limit = settings.limitsMemory() ? Long.toString(settings.memoryMaxBytes()) : "max";
      Kernfs.write(leaf.resolve("memory.max"), limit);
      writeIfPresent("memory.swap.max", settings.limitsMemory() ? "0" : "max");
      writeIfPresent("memory.oom.group", "1"); // Linux 4.19
    }
    if (capabilities.contains(Capability.PIDS)) {
      Kernfs.write(
          leaf.resolve("pids.max"),
          settings.limitsPids() ? Integer.toString(settings.pidsMax()) : "max");
    }
    if (capabilities.contains(Capability.CPU_RATE)) {
      String quota = settings.limitsCpu() ? Long.toString(settings.cpuQuotaMicros()) : "max";
      Kernfs.write(leaf.resolve("cpu.max"), quota + " " + settings.cpuPeriodMicros());
    }
  }

  private void writeIfPresent(String file, String value) {
    if (Files.exists(leaf.resolve(file))) {
      Kernfs.write(leaf.resolve(file), value);
    }
  }

  @Override
  public void limitSockets(long bytes) {
    // memory.max counts them.
  }

  @Override
  public synchronized void startCounting() {
    if (resetPeak == null) {
      resetPeak = openResetPeak(leaf.resolve("memory.peak"));
    } else if (!resetPeak.write("reset")) {
      throw new SandboxException("memory.peak of " + leaf + " can be reset no longer");
    }
    baseline = counted();
  }

  /**
   * Since Linux 6.12 a write to {@code memory.peak} (any text) makes reads of the same descriptor
   * count from then on; before, it cannot be written.
   */
  private static @Nullable PolledFile openResetPeak(Path file) {
    PolledFile peak;
    try {
      peak = PolledFile.openWritable(file);
    } catch (SystemCallException e) { // EACCES for its owner, ENOENT before Linux 5.19
      return null;
    }
    boolean reset = false;
    try {
      reset = peak.write("reset"); // root may open it on every kernel
      return reset ? peak : null;
    } finally {
      if (!reset) {
        peak.close();
      }
    }
  }

  @Override
  public CgroupUsage usage() {
    return counted().since(baseline);
  }

  private CgroupUsage counted() {
    String cpu = cpuStat.read();
    PolledFile ownPeak = resetPeak;
    Long peak = FlatKeyed.only(ownPeak == null ? text("memory.peak") : ownPeak.read());
    return new CgroupUsage(
        nanos(cpu, "usage_usec"),
        nanos(cpu, "user_usec"),
        nanos(cpu, "system_usec"),
        peak,
        peak == null ? null : "memory.peak",
        CgroupUsage.tasks(FlatKeyed.only(text("pids.peak"))),
        FlatKeyed.value(text("memory.events"), "oom_kill"),
        FlatKeyed.value(text("pids.events"), "max"),
        nanos(cpu, "throttled_usec"),
        pressure());
  }

  private static @Nullable Long nanos(String stat, String key) {
    Long micros = FlatKeyed.value(stat, key);
    return micros == null ? null : Long.valueOf(micros * NANOS_PER_MICRO);
  }

  /** The file is there since Linux 4.20, but read only with PSI switched on. */
  private @Nullable Long pressure() {
    Long micros = Pressure.someMicros(counters.readIfSupported(leaf.resolve("cpu.pressure")));
    return micros == null ? null : Long.valueOf(micros * NANOS_PER_MICRO);
  }

  private @Nullable String text(String file) {
    return counters.readIfPresent(leaf.resolve(file));
  }

  @Override
  public long cpuTimeNanos() {
    Long now = nanos(cpuStat.read(), "usage_usec");
    if (now == null) {
      throw new UnsupportedOperationException("cpu.stat has no usage_usec");
    }
    Long start = baseline.cpuTimeNanos();
    return now - (start == null ? 0 : start);
  }

  @Override
  public boolean kill() {
    Path file = leaf.resolve("cgroup.kill");
    if (!Files.exists(file)) {
      return false;
    }
    killed = true;
    Kernfs.write(file, "1");
    return true;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    cpuStat.close();
    counters.close();
    if (resetPeak != null) {
      resetPeak.close();
    }
    Kernfs.rmdir(leaf, PATIENCE);
    closed = true;
    giveBack.run();
  }
}
