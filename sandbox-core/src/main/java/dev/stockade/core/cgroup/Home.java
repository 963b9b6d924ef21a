package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The leaf to which our own process moved, because a v2 cgroup that gives controllers to its
 * children may hold no process itself. Shared by all controllers of this process below the same
 * cgroup; the last to leave moves everything back.
 */
final class Home {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOVES_AT_MOST = 20;
  private static final Map<Path, Home> HOMES = new HashMap<>();

  private final Path base;
  private final Path leaf;
  private final List<String> enabled;
  private int users;

  private Home(Path base, Path leaf, List<String> enabled) {
    this.base = base;
    this.leaf = leaf;
    this.enabled = enabled;
  }

  /**
   * Moves our process and its descendants from {@code base} to a leaf in it, unless that was done
   * before, and gives the controllers to the children of {@code base}.
   */
  static Home enter(CgroupHost host, Path base, List<String> controllers) {
    synchronized (HOMES) {
      Home home = HOMES.get(base);
      if (home == null) {
        home = make(host, base, controllers);
        HOMES.put(base, home);
      }
      home.users++;
      return home;
    }
  }

  private static Home make(CgroupHost host, Path base, List<String> controllers) {
    Path leaf = base.resolve(SubtreeName.own(host, SubtreeName.HOME).toString());
    Kernfs.mkdir(leaf);
    Home home = new Home(base, leaf, new ArrayList<>());
    try {
      moveAll(base, leaf);
      for (String controller : controllers) {
        Kernfs.write(base.resolve("cgroup.subtree_control"), "+" + controller);
        home.enabled.add(controller);
      }
      return home;
    } catch (SandboxException e) {
      home.undo();
      throw e;
    }
  }

  /** A process may fork while it is being moved: look again until nothing is left. */
  static void moveAll(Path from, Path to) {
    for (int i = 0; i < MOVES_AT_MOST; i++) {
      List<Long> pids = Kernfs.pids(from);
      if (pids.isEmpty()) {
        return;
      }
      for (long pid : pids) {
        try {
          Kernfs.write(to.resolve("cgroup.procs"), Long.toString(pid));
        } catch (SandboxException e) {
          if (Kernfs.pids(from).contains(pid)) { // it did not just end
            throw e;
          }
        }
      }
    }
    throw new SandboxException("processes keep appearing in " + from);
  }

  /** Moves back when nobody uses it any more. */
  void leave() {
    synchronized (HOMES) {
      if (--users > 0) {
        return;
      }
      HOMES.remove(base);
      undo();
    }
  }

  private void undo() {
    for (String controller : enabled) {
      Kernfs.write(base.resolve("cgroup.subtree_control"), "-" + controller);
    }
    moveAll(leaf, base);
    Kernfs.rmdir(leaf, PATIENCE);
  }
}
