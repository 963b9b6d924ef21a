package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.LIMITS;

/** Whether there is a subtree of control groups that is ours, cgroups(7). */
final class CgroupTree implements Probe {
  private static final String FEATURE = "delegated cgroups";

  @Override
  public Finding look(Host host) {
    CgroupFacts cgroups = host.cgroups();
    return cgroups.found()
        ? Finding.ok(LIMITS, FEATURE, true, cgroups.description())
        : Finding.missing(LIMITS, FEATURE, true, cgroups.description(), cgroups.fix());
  }
}
