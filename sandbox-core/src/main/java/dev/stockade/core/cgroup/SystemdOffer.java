package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.cgroup.CgroupSearch.Attempt;
import dev.stockade.core.fault.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** cgroup v2 by way of a scope that the user's systemd makes for us. */
final class SystemdOffer implements Offer {
  static final String WAY = "cgroup v2, systemd scope";

  private final CgroupHost host;
  private final Path socket;
  private final List<Attempt> trail;

  private SystemdOffer(CgroupHost host, Path socket, List<Attempt> trail) {
    this.host = host;
    this.socket = socket;
    this.trail = trail;
  }

  /** Looks for the user's bus, changes nothing. */
  static Optional<Offer> look(CgroupHost host, List<Attempt> trail) {
    if (!UnifiedOffer.hostHasControllers(host)) {
      trail.add(new Attempt(WAY, "", false, "the v2 hierarchy has none of memory, pids, cpu"));
      return Optional.empty();
    }
    for (Path socket : UserBus.places(host)) {
      if (Files.exists(socket)) {
        trail.add(new Attempt(WAY, socket.toString(), true, "the user's bus is there"));
        return Optional.of(new SystemdOffer(host, socket, trail));
      }
      trail.add(new Attempt(WAY, socket.toString(), false, "there is no user bus at this place"));
    }
    return Optional.empty();
  }

  /** What is hoped for; which controllers systemd delegates shows only afterwards. */
  @Override
  public Set<Capability> capabilities() {
    return WANTED;
  }

  @Override
  public CgroupController open() {
    new SystemdScope(socket, UserBus.TIMEOUT).start(SystemdScope.unitName(host), host.pid());
    List<Attempt> inside = new ArrayList<>();
    Optional<Offer> offer = UnifiedOffer.look(host, inside);
    trail.addAll(inside);
    return offer
        .orElseThrow(
            () ->
                new SandboxException(
                    "systemd made a scope, but its cgroup is not usable: " + inside.get(0).why()))
        .open();
  }

  @Override
  public String toString() {
    return WAY + " over " + socket;
  }
}
