package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.cgroup.CgroupSearch.Attempt;
import dev.stockade.core.cgroup.LegacyController.Kind;
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
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * cgroup v1: directories called {@code stockade-UID}, one per hierarchy, that {@code stockade
 * delegate} made for us, or that we make ourselves as root.
 */
final class LegacyOffer implements Offer {
  static final String WAY = "cgroup v1";

  private final CgroupHost host;
  private final Map<Kind, Base> bases;

  /**
   * Where our subtree in one hierarchy goes.
   *
   * @param directory {@code stockade-UID}
   * @param ours whether we make it, and remove it afterwards
   */
  private record Base(Path directory, boolean ours) {}

  private LegacyOffer(CgroupHost host, Map<Kind, Base> bases) {
    this.host = host;
    this.bases = bases;
  }

  /** Looks at each hierarchy, changes nothing. */
  static Optional<Offer> look(CgroupHost host, List<Attempt> trail) {
    CgroupMembership membership = host.membership();
    Mounts mounts = host.mounts();
    Map<Kind, Base> bases = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      Base base = look(host, kind, membership.path(kind.controller()), mounts, trail);
      if (base != null) {
        bases.put(kind, base);
      }
    }
    return bases.isEmpty() ? Optional.empty() : Optional.of(new LegacyOffer(host, bases));
  }

  /** The name of the directories that are delegated to a user. */
  static String directoryName(int uid) {
    return "stockade-" + Integer.toUnsignedString(uid);
  }

  private static @Nullable Base look(
      CgroupHost host, Kind kind, @Nullable String ownPath, Mounts mounts, List<Attempt> trail) {
    String way = WAY + ", " + kind.controller();
    List<Mounts.Mount> mounted = mounts.legacy(kind.controller());
    if (ownPath == null || mounted.isEmpty()) {
      trail.add(new Attempt(way, kind.controller(), false, "no v1 hierarchy is mounted for it"));
      return null;
    }
    for (Mounts.Mount mount : mounted) {
      Base base = look(host, kind, ownPath, mount, way, trail);
      if (base != null) {
        return base;
      }
    }
    return null;
  }

  private static @Nullable Base look(
      CgroupHost host,
      Kind kind,
      String ownPath,
      Mounts.Mount mount,
      String way,
      List<Attempt> trail) {
    String name = directoryName(host.uid());
    if (mount.readOnly()) {
      trail.add(new Attempt(way, mount.point().toString(), false, "mounted read-only"));
      return null;
    }
    List<Path> upwards = upwards(mount, ownPath);
    for (Path dir : upwards) {
      Path base = dir.resolve(name);
      if (Files.isDirectory(base)) {
        boolean writable = Files.isWritable(base) && Files.isWritable(base.resolve("cgroup.procs"));
        trail.add(
            new Attempt(
                way,
                base.toString(),
                writable,
                writable ? "delegated to us" : "not ours to write"));
        if (writable) {
          return new Base(base, host.uid() == 0);
        }
      }
    }
    Path top = highestWithoutEscape(kind, upwards);
    if (host.uid() == 0 && Files.isWritable(top)) {
      trail.add(new Attempt(way, top.toString(), true, "we are root: " + name + " can be made"));
      return new Base(top.resolve(name), true);
    }
    trail.add(
        new Attempt(
            way,
            mount.point().toString(),
            false,
            "no directory " + name + " in our own cgroup or above it"));
    return null;
  }

  /** Our own cgroup's directory and those above it, up to the mount's root. */
  private static List<Path> upwards(Mounts.Mount mount, String ownPath) {
    Path own = mount.locate(ownPath).filter(Files::isDirectory).orElse(mount.point());
    List<Path> dirs = new ArrayList<>();
    for (Path dir = own; dir != null && dir.startsWith(mount.point()); dir = dir.getParent()) {
      dirs.add(dir);
    }
    return dirs;
  }

  /**
   * The directory nearest to the root that lies inside every limit that was set around us: a server
   * started with a limit must not get around it, and otherwise a later server should find what an
   * earlier one left behind, wherever that was started.
   */
  private static Path highestWithoutEscape(Kind kind, List<Path> upwards) {
    for (Path dir : upwards) {
      if (setsLimit(kind, dir)) {
        return dir;
      }
    }
    return upwards.get(upwards.size() - 1);
  }

  private static boolean setsLimit(Kind kind, Path dir) {
    return switch (kind) {
      case MEMORY ->
          isBelow(dir.resolve("memory.limit_in_bytes"))
              || isBelow(dir.resolve("memory.memsw.limit_in_bytes"));
      case PIDS -> isBelow(dir.resolve("pids.max"));
      case CPU -> {
        String quota = Kernfs.readIfPresent(dir.resolve("cpu.cfs_quota_us"));
        yield quota != null && FlatKeyed.number(quota) >= 0;
      }
      case CPUACCT -> false;
    };
  }

  /** v1's "no limit" is the largest multiple of the page size. */
  private static boolean isBelow(Path limitFile) {
    String limit = Kernfs.readIfPresent(limitFile);
    return limit != null && FlatKeyed.number(limit) < Long.MAX_VALUE / 2;
  }

  @Override
  public Set<Capability> capabilities() {
    Set<Capability> found = EnumSet.noneOf(Capability.class);
    bases.keySet().forEach(kind -> found.add(kind.capability()));
    return found;
  }

  @Override
  public CgroupController open() {
    String name = SubtreeName.fresh(host).toString();
    Set<Path> made = new LinkedHashSet<>();
    Set<Path> madeBases = new LinkedHashSet<>();
    Map<Kind, Path> subtrees = new EnumMap<>(Kind.class);
    try {
      for (Map.Entry<Kind, Base> entry : bases.entrySet()) {
        Base base = entry.getValue();
        Path subtree = base.directory().resolve(name);
        if (base.ours()) {
          madeBases.add(base.directory());
        }
        if (!made.contains(subtree)) {
          makeSubtree(base, subtree);
          made.add(subtree);
        }
        subtrees.put(entry.getKey(), subtree);
      }
      useHierarchy(subtrees.get(Kind.MEMORY));
      return new LegacyController(
          subtrees, List.copyOf(madeBases), host.hasSwap(), description(subtrees));
    } catch (SandboxException e) {
      for (Path subtree : made) {
        Kernfs.rmdir(subtree, Duration.ZERO);
      }
      for (Path base : madeBases) {
        LegacyController.removeIfUnused(base);
      }
      throw e;
    }
  }

  private void makeSubtree(Base base, Path subtree) {
    if (!base.ours()) {
      StaleSubtrees.remove(host, base.directory());
      Kernfs.mkdir(subtree);
      return;
    }
    if (!Kernfs.mkdirIfAbsent(base.directory())) {
      StaleSubtrees.remove(host, base.directory());
    }
    try {
      Kernfs.mkdir(subtree);
    } catch (SandboxException e) {
      // A server that ended just now may have taken the common directory with it.
      Kernfs.mkdirIfAbsent(base.directory());
      Kernfs.mkdir(subtree);
    }
  }

  /** Before Linux 5.11 a v1 memory cgroup did not count its children's memory unless told so. */
  private static void useHierarchy(@Nullable Path memory) {
    if (memory == null) {
      return;
    }
    Path file = memory.resolve("memory.use_hierarchy");
    String value = Kernfs.readIfPresent(file);
    if (value != null && value.strip().equals("0")) {
      Kernfs.write(file, "1");
    }
  }

  private String description(Map<Kind, Path> subtrees) {
    List<String> places = new ArrayList<>();
    for (Path subtree : new LinkedHashSet<>(subtrees.values())) {
      places.add(subtree.toString());
    }
    boolean root = bases.values().stream().anyMatch(Base::ours);
    return "cgroup v1, "
        + (root ? "made by us as root" : "delegated directories")
        + ": "
        + String.join(", ", places);
  }

  @Override
  public String toString() {
    return WAY;
  }
}
