package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Removes what servers that ended without clean-up left: their jobs' processes are killed, their
 * cgroups removed. Several servers may do so at the same time.
 */
final class StaleSubtrees {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private StaleSubtrees() {}

  /** Looks at the directories directly inside {@code base}. */
  static void remove(CgroupHost host, Path base) {
    for (Path subtree : Kernfs.children(base)) {
      SubtreeName.parse(subtree.getFileName().toString())
          .filter(name -> name.isStale(host))
          .ifPresent(name -> remove(subtree, name.isHome()));
    }
  }

  private static void remove(Path subtree, boolean home) {
    if (home) {
      // Not jobs: whatever a dead server started beside them, perhaps the very one we are. Only an
      // empty one may go.
      if (Kernfs.pids(subtree).isEmpty() && Kernfs.children(subtree).isEmpty()) {
        Kernfs.rmdir(subtree, PATIENCE);
      }
      return;
    }
    kill(subtree);
    removeTree(subtree);
  }

  /** Kills every process inside: at once where cgroup.kill (Linux 5.14) is, else one by one. */
  private static void kill(Path subtree) {
    Path killFile = subtree.resolve("cgroup.kill");
    if (Files.exists(killFile)) {
      Kernfs.write(killFile, "1");
      return;
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (killEach(subtree) && System.nanoTime() < deadline) {
      Kernfs.sleep(5);
    }
  }

  private static boolean killEach(Path cgroup) {
    boolean any = false;
    for (Path child : Kernfs.children(cgroup)) {
      any |= killEach(child);
    }
    List<Long> pids = Kernfs.pids(cgroup);
    for (long pid : pids) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    return any || !pids.isEmpty();
  }

  private static void removeTree(Path cgroup) {
    for (Path child : Kernfs.children(cgroup)) {
      removeTree(child);
    }
    Kernfs.rmdir(cgroup, PATIENCE);
  }

  /** As {@link #remove(CgroupHost, Path)}, but what cannot be removed is told, not thrown. */
  static List<String> tryRemove(CgroupHost host, Path base) {
    try {
      remove(host, base);
      return List.of();
    } catch (SandboxException e) {
      return List.of("left over from a dead server: " + e.getMessage());
    }
  }
}
