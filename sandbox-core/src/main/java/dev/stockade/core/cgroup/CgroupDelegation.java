package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.LegacyController.Kind;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the cgroup directories that an ordinary user needs where no systemd serves that user, and
 * hands them over: {@code stockade-UID} at the root of each v1 hierarchy in use and, where v2 has
 * the controllers, of v2. Needs root.
 *
 * <p>The limits of {@code stockade-UID} itself stay root's: an administrator may set them, and all
 * of the user's sandboxes together stay within.
 */
public final class CgroupDelegation {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Where v2 demands that the user's shell sits, so that the user may move processes about. */
  private static final String INIT = "init";

  private final CgroupHost host;
  private final int uid;
  private final int gid;
  private final List<String> actions = new ArrayList<>();

  private CgroupDelegation(CgroupHost host, int uid, int gid) {
    this.host = host;
    this.uid = uid;
    this.gid = gid;
  }

  /**
   * Makes and hands over what is missing; what is there already stays as it is.
   *
   * @return what was done, a sentence each
   * @throws HostUnsupportedException when we are not root or there is nothing to delegate
   */
  public static List<String> delegate(int uid, int gid) {
    return delegate(CgroupHost.current(), uid, gid);
  }

  static List<String> delegate(CgroupHost host, int uid, int gid) {
    CgroupDelegation delegation = new CgroupDelegation(host, uid, gid);
    delegation.checkRoot();
    Set<Path> legacy = delegation.legacyBases();
    Optional<Path> unified = delegation.unifiedBase();
    if (legacy.isEmpty() && unified.isEmpty()) {
      throw new HostUnsupportedException(
          "delegation of cgroups",
          "no hierarchy with a memory, pids or cpu controller is mounted writable here",
          "run it on the host rather than in a container");
    }
    legacy.forEach(delegation::makeLegacy);
    unified.ifPresent(delegation::makeUnified);
    return List.copyOf(delegation.actions);
  }

  /**
   * Takes the directories away again. Leftovers of dead servers go with them; processes that {@link
   * #enter} moved there go back to the root cgroup.
   *
   * @return what was done, a sentence each; empty when there was nothing
   * @throws SandboxException while a server of that user is running
   */
  public static List<String> remove(int uid) {
    return remove(CgroupHost.current(), uid);
  }

  static List<String> remove(CgroupHost host, int uid) {
    CgroupDelegation delegation = new CgroupDelegation(host, uid, -1);
    delegation.checkRoot();
    Set<Path> bases = delegation.legacyBases();
    delegation.unifiedBase().ifPresent(bases::add);
    bases.removeIf(base -> !Files.isDirectory(base));
    bases.forEach(delegation::checkUnused);
    bases.forEach(delegation::removeBase);
    return List.copyOf(delegation.actions);
  }

  /**
   * Whether the user's shell must {@link #enter} the delegated cgroup: so with v2, where the writer
   * must be allowed to write to an ancestor that both the old and the new cgroup have in common.
   */
  public static boolean mustBeEntered(int uid) {
    return new CgroupDelegation(CgroupHost.current(), uid, -1)
        .unifiedBase()
        .filter(Files::isDirectory)
        .isPresent();
  }

  /**
   * Moves a process, usually the shell that called, into the user's delegated v2 cgroup; what it
   * starts from now on starts there.
   *
   * @return what was done; empty where there is no delegated v2 cgroup
   */
  public static List<String> enter(int uid, long pid) {
    CgroupDelegation delegation = new CgroupDelegation(CgroupHost.current(), uid, -1);
    delegation.checkRoot();
    delegation
        .unifiedBase()
        .map(base -> base.resolve(INIT))
        .filter(Files::isDirectory)
        .ifPresent(
            init -> {
              Kernfs.write(init.resolve("cgroup.procs"), Long.toString(pid));
              delegation.actions.add(
                  "moved process " + delegation.host.describe(pid) + " to " + init);
            });
    return List.copyOf(delegation.actions);
  }

  private void checkRoot() {
    if (host.uid() != 0) {
      throw new HostUnsupportedException(
          "delegation of cgroups",
          "it needs root, and this is user id " + Integer.toUnsignedString(host.uid()),
          "sudo ./stockade delegate " + host.user());
    }
  }

  private Set<Path> legacyBases() {
    Mounts mounts = host.mounts();
    Set<Path> bases = new LinkedHashSet<>();
    for (Kind kind : Kind.values()) {
      mounts.legacy(kind.controller()).stream()
          .filter(mount -> !mount.readOnly())
          .findFirst()
          .ifPresent(mount -> bases.add(mount.point().resolve(LegacyOffer.directoryName(uid))));
    }
    return bases;
  }

  private Optional<Path> unifiedBase() {
    return host.mounts().unified().stream()
        .filter(mount -> !mount.readOnly())
        .map(Mounts.Mount::point)
        .filter(point -> !UnifiedOffer.controllersAt(point).isEmpty())
        .findFirst()
        .map(point -> point.resolve(LegacyOffer.directoryName(uid)));
  }

  private void makeLegacy(Path base) {
    make(base);
    handOver(base, "cgroup.procs", "tasks");
  }

  private void makeUnified(Path base) {
    Path root = base.getParent();
    List<String> controllers = UnifiedOffer.controllersAt(root);
    UnifiedOffer.enable(root, controllers);
    make(base);
    UnifiedOffer.enable(base, controllers);
    Path init = base.resolve(INIT);
    make(init);
    handOver(init, "cgroup.procs", "cgroup.threads", "cgroup.subtree_control");
    handOver(base, "cgroup.procs", "cgroup.threads", "cgroup.subtree_control");
  }

  private void make(Path dir) {
    boolean made = Kernfs.mkdirIfAbsent(dir);
    actions.add((made ? "made " : "found ") + dir);
  }

  private void handOver(Path dir, String... files) {
    boolean changed = chown(dir);
    for (String file : files) {
      changed |= chown(dir.resolve(file));
    }
    if (changed) {
      actions.add("gave " + dir + " to user id " + Integer.toUnsignedString(uid));
    }
  }

  /** Says whether the owner was another. */
  private boolean chown(Path file) {
    try {
      Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      Object group = Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS);
      if (owner.equals(uid) && group.equals(gid)) {
        return false;
      }
      Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (IOException e) {
      throw new SandboxException("chown(" + file + "): " + Kernfs.cause(e), e);
    }
  }

  private void checkUnused(Path base) {
    StaleSubtrees.remove(host, base);
    for (Path child : Kernfs.children(base)) {
      String name = child.getFileName().toString();
      if (!name.equals(INIT)) {
        String server =
            SubtreeName.parse(name).map(made -> host.describe(made.pid())).orElse("somebody");
        throw new SandboxException(child + " is in use by " + server + "; stop that first");
      }
    }
  }

  private void removeBase(Path base) {
    Path init = base.resolve(INIT);
    if (Files.isDirectory(init)) {
      List<Long> pids = Kernfs.pids(init);
      Home.moveAll(init, base.getParent());
      if (!pids.isEmpty()) {
        actions.add("moved " + pids.size() + " processes from " + init + " to " + base.getParent());
      }
      Kernfs.rmdir(init, PATIENCE);
    }
    Kernfs.rmdir(base, PATIENCE);
    actions.add("removed " + base);
  }
}
