package dev.stockade.core.cgroup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A v2 subtree named after our process, with a leaf per lease. */
final class UnifiedController implements CgroupController {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Path subtree;
  private final Set<Capability> capabilities;
  private final @Nullable Home home;
  private final String description;
  private final LeaseBook leases = new LeaseBook();

  /**
   * @param subtree made for us alone, its controllers enabled for its children
   * @param controllers those enabled
   * @param home where our own process had to move; left again at the end
   */
  UnifiedController(
      Path subtree,
      Collection<String> controllers,
      boolean swapOnHost,
      @Nullable Home home,
      String description) {
    this.subtree = subtree;
    this.home = home;
    this.description = description;
    Set<Capability> found = capabilities(controllers);
    if (found.contains(Capability.MEMORY)
        && (!swapOnHost || Files.exists(subtree.resolve("memory.swap.max")))) {
      found.add(Capability.SWAP);
    }
    this.capabilities = Set.copyOf(found);
  }

  /** What v2 controllers give; every v2 cgroup has a {@code cpu.stat}. */
  static Set<Capability> capabilities(Collection<String> controllers) {
    Set<Capability> found = EnumSet.of(Capability.CPU_ACCOUNTING);
    if (controllers.contains("memory")) {
      found.add(Capability.MEMORY);
    }
    if (controllers.contains("pids")) {
      found.add(Capability.PIDS);
    }
    if (controllers.contains("cpu")) {
      found.add(Capability.CPU_RATE);
    }
    return found;
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
    return new UnifiedLease(subtree.resolve(name), capabilities, () -> leases.giveBack(name));
  }

  @Override
  public void close() {
    if (!leases.close()) {
      return;
    }
    Kernfs.rmdir(subtree, PATIENCE);
    if (home != null) {
      home.leave();
    }
  }
}
