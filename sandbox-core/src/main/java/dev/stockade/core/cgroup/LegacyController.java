package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A subtree in each v1 hierarchy, named after our process, with a leaf per lease. What is in the
 * cpu and cpuacct hierarchies is kept for the next lease: each run has memory and pids leaves of
 * its own, since what was charged to them, and the peak of pids, cannot be taken back.
 */
final class LegacyController implements CgroupController {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Set<Kind> FRESH = EnumSet.of(Kind.MEMORY, Kind.PIDS);
  private static final Set<Kind> KEPT = EnumSet.of(Kind.CPU, Kind.CPUACCT);

  /** Jobs end and begin by turns, so seldom are more waiting for the next one. */
  private static final int MOST_KEPT = 4;

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
  private final LegacyLease.Limits limits;
  private final boolean mountedTogether;
  private final String description;
  private final LeaseBook leases = new LeaseBook();
  private final Deque<CpuLeaf> kept = new ConcurrentLinkedDeque<>();

  /**
   * @param subtrees per controller a directory that has been made for us alone
   * @param madeBases directories above them that go when we are the last to use them
   */
  LegacyController(
      Map<Kind, Path> subtrees, List<Path> madeBases, boolean swapOnHost, String description) {
    this.subtrees = new EnumMap<>(subtrees);
    this.madeBases = List.copyOf(madeBases);
    this.capabilities = capabilities(subtrees, swapOnHost);
    Path rate = subtrees.get(Kind.CPU);
    this.limits =
        new LegacyLease.Limits(
            limitsSwap(subtrees),
            capabilities.contains(Capability.CPU_RATE),
            () -> rate != null && cpuLimitedAt(rate));
    this.mountedTogether = !Collections.disjoint(paths(FRESH), paths(KEPT));
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
    if (subtrees.containsKey(Kind.MEMORY) && (!swapOnHost || limitsSwap(subtrees))) {
      found.add(Capability.SWAP);
    }
    return Set.copyOf(found);
  }

  private static boolean limitsSwap(Map<Kind, Path> subtrees) {
    Path memory = subtrees.get(Kind.MEMORY);
    return memory != null && Files.exists(memory.resolve("memory.memsw.limit_in_bytes"));
  }

  private List<Path> paths(Set<Kind> kinds) {
    return subtrees.entrySet().stream()
        .filter(entry -> kinds.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
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
    CpuLeaf cpu;
    try {
      cpu = cpuLeaf(name);
    } catch (SandboxException e) {
      leases.giveBack(name);
      throw e;
    }
    return new LegacyLease(leaves(name, FRESH), cpu, limits, used -> giveBack(name, used));
  }

  private CpuLeaf cpuLeaf(String name) {
    CpuLeaf cpu = kept.poll();
    if (cpu != null) {
      return cpu;
    }
    return new CpuLeaf(leaves(mountedTogether ? name : name.replace("job", "cpu"), KEPT));
  }

  private Map<Kind, Path> leaves(String name, Set<Kind> kinds) {
    Map<Kind, Path> leaves = new EnumMap<>(Kind.class);
    subtrees.forEach(
        (kind, subtree) -> {
          if (kinds.contains(kind)) {
            leaves.put(kind, subtree.resolve(name));
          }
        });
    return leaves;
  }

  private void giveBack(String name, CpuLeaf used) {
    try {
      if (!mountedTogether && kept.size() < MOST_KEPT && used.isEmpty()) {
        kept.push(used);
      } else {
        used.close(); // where somebody is ending in it, it is nobody else's
      }
    } finally {
      leases.giveBack(name);
    }
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
    for (CpuLeaf leaf = kept.poll(); leaf != null; leaf = kept.poll()) {
      try {
        leaf.close();
      } catch (SandboxException e) {
        failures.add(e);
      }
    }
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
