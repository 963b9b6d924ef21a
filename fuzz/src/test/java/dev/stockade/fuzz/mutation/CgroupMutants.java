package dev.stockade.fuzz.mutation;

import dev.stockade.core.cgroup.CgroupLease;
import dev.stockade.core.cgroup.CgroupSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Leaf cgroups without one of their limits, and processes that are not put into theirs. */
final class CgroupMutants {
  private CgroupMutants() {}

  static List<Mutant> all() {
    return List.of(
        limits(
            "without the memory limit",
            s -> new CgroupSettings(Long.MAX_VALUE, s.pidsMax(), s.cpus())),
        limits(
            "without the pids limit",
            s -> new CgroupSettings(s.memoryMaxBytes(), Integer.MAX_VALUE, s.cpus())),
        limits(
            "without the CPU rate limit",
            s -> new CgroupSettings(s.memoryMaxBytes(), s.pidsMax(), Double.POSITIVE_INFINITY)),
        limits(
            "pids limit of one more",
            s -> new CgroupSettings(s.memoryMaxBytes(), s.pidsMax() + 1, s.cpus())),
        mutant("without the swap limit", Samples.DEFAULT, SwapAllowed::new),
        mutant("without memory.oom.group", Samples.DEFAULT, SingleKill::new),
        mutant("without attaching the init", Samples.DEFAULT, Unattached::new),
        mutant("without the limit on socket buffers", Samples.LOOPBACK, Unlimited::new));
  }

  private static Mutant limits(String name, UnaryOperator<CgroupSettings> change) {
    return mutant(name, Samples.DEFAULT, lease -> new Other(lease, change));
  }

  private static Mutant mutant(String name, String policy, UnaryOperator<CgroupLease> change) {
    return Mutant.of("cgroup: " + name, Mutant.Part.CGROUP, policy, Alterations.lease(change));
  }

  /** Other limits. */
  private static final class Other extends HonestLease {
    private final UnaryOperator<CgroupSettings> change;

    Other(CgroupLease lease, UnaryOperator<CgroupSettings> change) {
      super(lease);
      this.change = change;
    }

    @Override
    public void apply(CgroupSettings settings) {
      super.apply(change.apply(settings));
    }
  }

  /** Writes to a file of each leaf that has it, after the limits. */
  private abstract static class Written extends HonestLease {
    Written(CgroupLease lease) {
      super(lease);
    }

    abstract void write();

    @Override
    public void apply(CgroupSettings settings) {
      super.apply(settings);
      write();
    }

    void file(String name, String value) {
      for (Path procs : procsFiles()) {
        Path file = procs.resolveSibling(name);
        if (Files.exists(file)) {
          try {
            Files.writeString(file, value);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
  }

  private static final class SwapAllowed extends Written {
    SwapAllowed(CgroupLease lease) {
      super(lease);
    }

    @Override
    void write() {
      file("memory.swap.max", "max");
      file("memory.memsw.limit_in_bytes", "-1");
    }
  }

  private static final class SingleKill extends Written {
    SingleKill(CgroupLease lease) {
      super(lease);
    }

    @Override
    void write() {
      file("memory.oom.group", "0");
    }
  }

  private static final class Unattached extends HonestLease {
    Unattached(CgroupLease lease) {
      super(lease);
    }

    @Override
    public void attach(int pid) {
      // That is the mutation.
    }

    @Override
    public List<Path> entryFiles() {
      return super.entryFiles().stream().map(file -> Path.of("/dev/null")).toList();
    }
  }

  private static final class Unlimited extends HonestLease {
    Unlimited(CgroupLease lease) {
      super(lease);
    }

    @Override
    public void limitSockets(long bytes) {
      // That is the mutation.
    }
  }
}
