package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.cgroup.CgroupSearch.Attempt;
import dev.stockade.core.fault.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * cgroup v2: our own cgroup, or the nearest one above it that was delegated to us.
 *
 * <p>Not above that, even where we could write (as root): we would get around the limits that were
 * set on it.
 */
final class UnifiedOffer implements Offer {
  static final String WAY = "cgroup v2";

  private static final List<String> WANTED_CONTROLLERS = List.of("memory", "pids", "cpu");

  private final CgroupHost host;
  private final Path base;
  private final List<String> controllers;
  private final List<String> toEnable;
  private final boolean needsHome;

  private UnifiedOffer(
      CgroupHost host,
      Path base,
      List<String> controllers,
      List<String> toEnable,
      boolean needsHome) {
    this.host = host;
    this.base = base;
    this.controllers = List.copyOf(controllers);
    this.toEnable = List.copyOf(toEnable);
    this.needsHome = needsHome;
  }

  /** Looks from our own cgroup upwards, changes nothing. */
  static Optional<Offer> look(CgroupHost host, List<Attempt> trail) {
    String ownPath = host.membership().unifiedPath();
    List<Mounts.Mount> mounted = host.mounts().unified();
    if (ownPath == null || mounted.isEmpty()) {
      reject(trail, "cgroup2", "the v2 hierarchy is not mounted");
      return Optional.empty();
    }
    for (Mounts.Mount mount : mounted) {
      Offer offer = look(host, ownPath, mount, trail);
      if (offer != null) {
        return Optional.of(offer);
      }
    }
    return Optional.empty();
  }

  /** Whether any mounted v2 hierarchy has a controller that we want: not so on hybrid hosts. */
  static boolean hostHasControllers(CgroupHost host) {
    for (Mounts.Mount mount : host.mounts().unified()) {
      if (!controllersAt(mount.point()).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Offer look(
      CgroupHost host, String ownPath, Mounts.Mount mount, List<Attempt> trail) {
    if (mount.readOnly()) {
      reject(trail, mount.point().toString(), "mounted read-only");
      return null;
    }
    Optional<Path> located = mount.locate(ownPath).filter(Files::isDirectory);
    if (located.isEmpty()) {
      String why = "our own cgroup " + ownPath + " is outside of what is mounted here";
      reject(trail, mount.point().toString(), why);
      return null;
    }
    Path own = located.get();
    Path top = mount.point();
    Optional<SystemdUnit> unit = SystemdUnit.of(ownPath);
    if (unit.isPresent()) {
      top = mount.locate(unit.get().cgroup()).orElse(own); // above it, everything is systemd's
      Optional<String> whyNot = unit.get().whyNotOurs(host, top);
      if (whyNot.isPresent()) {
        reject(trail, top.toString(), whyNot.get());
        return null;
      }
    }
    boolean atHome = isOurHome(host, own);
    Path dir = atHome ? own.getParent() : own;
    for (; dir != null && dir.startsWith(top); dir = dir.getParent()) {
      Offer offer = assess(host, dir, atHome, trail);
      if (offer != null) {
        return offer;
      }
      atHome = false;
    }
    return null;
  }

  /** Whether an earlier controller of this very process has moved it there. */
  private static boolean isOurHome(CgroupHost host, Path own) {
    String name = own.getFileName() == null ? "" : own.getFileName().toString();
    return name.equals(SubtreeName.own(host, SubtreeName.HOME).toString());
  }

  /** One cgroup as the place for our subtree; says in the trail why not, when not. */
  private static @Nullable Offer assess(
      CgroupHost host, Path dir, boolean atHome, List<Attempt> trail) {
    for (String file : List.of("cgroup.procs", "cgroup.subtree_control", "")) {
      if (!Files.isWritable(dir.resolve(file))) {
        reject(trail, dir.toString(), "not delegated: we may not write to " + dir.resolve(file));
        return null;
      }
    }
    String type = Kernfs.readIfPresent(dir.resolve("cgroup.type")); // the root has none
    if (type != null && !type.strip().equals("domain")) {
      reject(trail, dir.toString(), "cgroup.type is \"" + type.strip() + "\", not \"domain\"");
      return null;
    }
    List<String> controllers = controllersAt(dir);
    if (controllers.isEmpty()) {
      reject(trail, dir.toString(), "cgroup.controllers has none of memory, pids, cpu");
      return null;
    }
    List<String> enabled = wanted(words(dir.resolve("cgroup.subtree_control")));
    List<String> toEnable = new ArrayList<>(controllers);
    toEnable.removeAll(enabled);
    List<Long> members = type == null || toEnable.isEmpty() ? List.of() : Kernfs.pids(dir);
    List<Long> foreign = members.stream().filter(pid -> !isOurs(host, pid)).toList();
    if (!foreign.isEmpty()) {
      reject(
          trail, dir.toString(), "it holds processes that are not ours: " + names(host, foreign));
      return null;
    }
    boolean needsHome = atHome || !members.isEmpty();
    String why = "delegated to us with " + String.join(", ", controllers);
    trail.add(new Attempt(WAY, dir.toString(), true, why));
    return new UnifiedOffer(host, dir, controllers, toEnable, needsHome);
  }

  /** Our own process or a descendant of it. */
  private static boolean isOurs(CgroupHost host, long pid) {
    long process = pid;
    while (process > 1 && process != host.pid()) {
      process = host.parent(process).orElse(0);
    }
    return process == host.pid();
  }

  private static String names(CgroupHost host, List<Long> pids) {
    List<String> names = pids.stream().limit(3).map(host::describe).toList();
    return String.join(", ", names) + (pids.size() > 3 ? ", ... " + pids.size() + " in all" : "");
  }

  private static void reject(List<Attempt> trail, String place, String why) {
    trail.add(new Attempt(WAY, place, false, why));
  }

  /** Those of the controllers that we want which the cgroup has. */
  static List<String> controllersAt(Path cgroup) {
    return wanted(words(cgroup.resolve("cgroup.controllers")));
  }

  private static List<String> words(Path file) {
    String text = Kernfs.readIfPresent(file);
    return text == null || text.isBlank() ? List.of() : Arrays.asList(text.strip().split(" "));
  }

  private static List<String> wanted(List<String> controllers) {
    return WANTED_CONTROLLERS.stream().filter(controllers::contains).toList();
  }

  @Override
  public Set<Capability> capabilities() {
    return UnifiedController.capabilities(controllers);
  }

  @Override
  public CgroupController open() {
    StaleSubtrees.remove(host, base);
    Home home = null;
    Path subtree = null;
    try {
      if (needsHome) {
        home = Home.enter(host, base, toEnable);
      } else {
        enable(base, toEnable);
      }
      Path dir = base.resolve(SubtreeName.fresh(host).toString());
      Kernfs.mkdir(dir);
      subtree = dir;
      enable(subtree, controllers);
      String description =
          "cgroup v2, " + subtree + (home == null ? "" : ", our own process in a leaf beside it");
      return new UnifiedController(subtree, controllers, host.hasSwap(), home, description);
    } catch (SandboxException e) {
      if (subtree != null) {
        Kernfs.rmdir(subtree, Duration.ZERO);
      }
      if (home != null) {
        home.leave();
      }
      throw e;
    }
  }

  /** Gives controllers to the cgroup's children. */
  static void enable(Path cgroup, List<String> controllers) {
    for (String controller : controllers) {
      Kernfs.write(cgroup.resolve("cgroup.subtree_control"), "+" + controller);
    }
  }

  @Override
  public String toString() {
    return WAY + " at " + base;
  }
}
