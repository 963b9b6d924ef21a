package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.CgroupSearch.Attempt;
import dev.stockade.core.fault.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds cgroups that we may use. */
public final class Cgroups {
  private Cgroups() {}

  /**
   * Looks for a subtree that is ours and opens it. Probes only: neither the kernel's version nor
   * the distribution's name is asked.
   *
   * <p>In this order: cgroup v2 where our own cgroup, or one above it, is delegated to us; a scope
   * with a delegated cgroup, asked from the user's systemd over D-Bus; cgroup v1 directories that
   * {@code stockade delegate} made, or that we make as root. What gives all of memory, pids and CPU
   * comes before what gives a part.
   *
   * <p>Our own process may be moved: into a systemd scope, for as long as it lives; into a leaf of
   * its v2 cgroup, until the controller is closed. What dead servers left behind is removed.
   */
  public static CgroupSearch find() {
    return find(CgroupHost.current());
  }

  static CgroupSearch find(CgroupHost host) {
    List<Attempt> trail = new ArrayList<>();
    List<Offer> partial = new ArrayList<>();
    for (Look look : List.<Look>of(Cgroups::lookAtUnified, LegacyOffer::look)) {
      Optional<Offer> offer = look.look(host, trail);
      if (offer.isPresent() && offer.get().isComplete()) {
        Optional<CgroupController> controller = open(offer.get(), trail);
        if (controller.isPresent()) {
          return new CgroupSearch.Found(controller.get(), trail);
        }
      } else {
        offer.ifPresent(partial::add);
      }
    }
    partial.sort(Comparator.comparingInt(offer -> -offer.capabilities().size()));
    for (Offer offer : partial) {
      Optional<CgroupController> controller = open(offer, trail);
      if (controller.isPresent()) {
        return new CgroupSearch.Found(controller.get(), trail);
      }
    }
    return missing(host, trail);
  }

  /** How many v1 hierarchies hold the controllers that limit jobs; 0 where v2 has them. */
  public static int legacyHierarchies() {
    Set<Integer> hierarchies = new HashSet<>();
    for (CgroupMembership.Entry entry : CgroupHost.current().membership().entries()) {
      for (LegacyController.Kind kind : LegacyController.Kind.values()) {
        if (entry.controllers().contains(kind.controller())) {
          hierarchies.add(entry.hierarchy());
        }
      }
    }
    return hierarchies.size();
  }

  @FunctionalInterface
  private interface Look {
    Optional<Offer> look(CgroupHost host, List<Attempt> trail);
  }

  private static Optional<Offer> lookAtUnified(CgroupHost host, List<Attempt> trail) {
    return UnifiedOffer.look(host, trail).or(() -> SystemdOffer.look(host, trail));
  }

  private static Optional<CgroupController> open(Offer offer, List<Attempt> trail) {
    try {
      return Optional.of(offer.open());
    } catch (SandboxException e) {
      trail.add(new Attempt(offer.toString(), "", false, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private static CgroupSearch missing(CgroupHost host, List<Attempt> trail) {
    boolean unified = UnifiedOffer.hostHasControllers(host);
    String version = unified ? UnifiedOffer.WAY : LegacyOffer.WAY;
    StringBuilder reason = new StringBuilder();
    for (Attempt attempt : trail) {
      if (!attempt.usable() && attempt.way().startsWith(version)) {
        reason.append(reason.isEmpty() ? "" : "; ").append(attempt.place());
        reason.append(attempt.place().isEmpty() ? "" : ": ").append(attempt.why());
      }
    }
    if (reason.isEmpty()) {
      reason.append("no cgroup hierarchy with a memory, pids or cpu controller is mounted");
    }
    return new CgroupSearch.Missing(reason.toString(), fix(host, unified, trail), trail);
  }

  private static String fix(CgroupHost host, boolean unified, List<Attempt> trail) {
    Mounts mounts = host.mounts();
    List<Mounts.Mount> relevant = new ArrayList<>(unified ? mounts.unified() : List.of());
    if (!unified) {
      relevant.addAll(mounts.legacy("memory"));
      relevant.addAll(mounts.legacy("pids"));
    }
    if (relevant.isEmpty()) {
      return "mount -t cgroup2 none /sys/fs/cgroup (as root), or start the container with its"
          + " cgroups mounted";
    }
    if (relevant.stream().allMatch(Mounts.Mount::readOnly)) {
      return "start the container with writable cgroups: docker run --security-opt"
          + " writable-cgroups=true (Docker 28 or later), or podman run --security-opt"
          + " unmask=/sys/fs/cgroup; in Kubernetes by a runtime class with cgroup_writable"
          + " (packaging/kubernetes/stockade.yaml)";
    }
    if (trail.stream().anyMatch(at -> at.usable() && at.way().equals(SystemdOffer.WAY))) {
      return "systemd-run --user --scope -p Delegate=yes ./stockade ..."; // systemd is there
      // already
    }
    if (unified && Files.isDirectory(Path.of("/run/systemd/system"))) {
      return host.uid() == 0
          ? "systemd-run --scope -p Delegate=yes ./stockade ..."
          : "sudo loginctl enable-linger " + host.user() + " (once; gives the user a systemd)";
    }
    if (unified && host.uid() == 0) {
      // A container's own root: not the kernel's, so processes in it forbid it to have controllers.
      return "mkdir /sys/fs/cgroup/init && for p in $(cat /sys/fs/cgroup/cgroup.procs); do echo $p >"
          + " /sys/fs/cgroup/init/cgroup.procs; done (before Stockade starts)";
    }
    return "sudo ./stockade delegate " + host.user();
  }
}
