package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A subtree in each v1 hierarchy, named after our process, with a leaf per lease. */
final class LegacyController implements CgroupController {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The v1 controllers of use to us. */
  enum Kind {
    MEMORY("memory", Capability.MEMORY),
    PIDS("pids", Capability.PIDS),
    CPU("cpu", Capability.CPU_RATE),
    CPUACCT("cpuacct", Capability.CPU_ACCOUNTING);

    private final String controller;
    private final Capability capability;

    Kind(String controller, Capability capability) {
      this.controller = controller;
      this.capability = capability;
    }

    /** The kernel's name. */
    String controller() {
      return controller;
    }

    Capability capability() {
      return capability;
    }
  }

  private final Map<Kind, Path> subtrees;
  private final List<Path> madeBases;
  private final Set<Capability> capabilities;
  private final String description;
  private final LeaseBook leases = new LeaseBook();

  /**
   * @param subtrees per controller a directory that has been made for us alone
   * @param madeBases directories above them that go when we are the last to use them
   */
  LegacyController(
      Map<Kind, Path> subtrees, List<Path> madeBases, boolean swapOnHost, String description) {
    this.subtrees = new EnumMap<>(subtrees);
    this.madeBases = List.copyOf(madeBases);
    this.capabilities = capabilities(subtrees, swapOnHost);
    this.description = description;
  }

  private static Set<Capability> capabilities(Map<Kind, Path> subtrees, boolean swapOnHost) {
    Set<Capability> found = EnumSet.noneOf(Capability.class);
    for (Kind kind : subtrees.keySet()) {
      found.add(kind.capability());
    }
    Path cpu = subtrees.get(Kind.CPU);
    if (cpu != null && !Files.exists(cpu.resolve("cpu.cfs_quota_us"))) {
      found.remove(Capability.CPU_RATE); // a kernel without CONFIG_CFS_BANDWIDTH
    }
    Path memory = subtrees.get(Kind.MEMORY);
    if (memory != null
        && (!swapOnHost || Files.exists(memory.resolve("memory.memsw.limit_in_bytes")))) {
      found.add(Capability.SWAP);
    }
    return Set.copyOf(found);
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Set<Capability> capabilities() {
    return capabilities;
  }

  @Override
  public int openLeases() {
    return leases.openCount();
  }

  @Override
  public CgroupLease lease() {
    String name = leases.take();
    Map<Kind, Path> leaves = new EnumMap<>(Kind.class);
    subtrees.forEach((kind, subtree) -> leaves.put(kind, subtree.resolve(name)));
    Path cpu = subtrees.get(Kind.CPU);
    BooleanSupplier parentLimitsCpu = () -> cpu != null && cpuLimitedAt(cpu);
    return new LegacyLease(leaves, capabilities, parentLimitsCpu, () -> leases.giveBack(name));
  }

  /** Whether the cgroup or one above it, as far as we can see, has a CPU quota. */
  private static boolean cpuLimitedAt(Path cgroup) {
    for (Path dir = cgroup; dir != null; dir = dir.getParent()) {
      String quota = Kernfs.readIfPresent(dir.resolve("cpu.cfs_quota_us"));
      if (quota == null) {
        return false;
      }
      if (FlatKeyed.number(quota) >= 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    if (!leases.close()) {
      return;
    }
    List<SandboxException> failures = new ArrayList<>();
    for (Path subtree : new LinkedHashSet<>(subtrees.values())) {
      try {
        Kernfs.rmdir(subtree, PATIENCE);
      } catch (SandboxException e) {
        failures.add(e);
      }
    }
    for (Path base : madeBases) {
      removeIfUnused(base);
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  /** Another server may use the same base: then it stays, and that server removes it. */
  static void removeIfUnused(Path base) {
    if (!Kernfs.children(base).isEmpty()) {
      return;
    }
    try {
      Kernfs.rmdir(base, Duration.ZERO);
    } catch (SandboxException e) {
      if (Kernfs.children(base).isEmpty()) {
        throw e;
      }
    }
  }
}
