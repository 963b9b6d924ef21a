package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.CgroupSearch.Attempt;
import dev.stockade.core.fault.SandboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds cgroups that we may use. */
public final class Cgroups {
  private Cgroups() {}

  /**
   * Looks for a subtree that is ours and opens it. Probes only: neither the kernel's version nor
   * the distribution's name is asked.
   */
  public static CgroupSearch find() {
    return find(CgroupHost.current());
  }

  static CgroupSearch find(CgroupHost host) {
    List<Attempt> trail = new ArrayList<>();
    List<Offer> offers = new ArrayList<>();
    Optional<Offer> legacy = LegacyOffer.look(host, trail);
    legacy.ifPresent(offers::add);
    for (Offer offer : offers) {
      try {
        return new CgroupSearch.Found(offer.open(), trail);
      } catch (SandboxException e) {
        trail.add(new Attempt(LegacyOffer.WAY, "", false, e.getMessage()));
      }
    }
    return new CgroupSearch.Missing("", "sudo ./stockade delegate " + host.user(), trail);
  }
}
