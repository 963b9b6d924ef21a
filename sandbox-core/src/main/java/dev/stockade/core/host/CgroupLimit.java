package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.LIMITS;

import dev.stockade.core.cgroup.CgroupController.Capability;

/** Whether one kind of limit or count is in the cgroups that are ours. */
final class CgroupLimit implements Probe {
  private final String feature;
  private final Capability capability;
  private final String controller;

  /**
   * @param controller the kernel's name of it, as in {@code /proc/cgroups}
   */
  CgroupLimit(String feature, Capability capability, String controller) {
    this.feature = feature;
    this.capability = capability;
    this.controller = controller;
  }

  @Override
  public Finding look(Host host) {
    CgroupFacts cgroups = host.cgroups();
    if (cgroups.capabilities().contains(capability)) {
      return Finding.ok(LIMITS, feature, true, "ours to use");
    }
    if (isTurnedOff(host)) {
      return Finding.missing(
          LIMITS,
          feature,
          true,
          "the " + controller + " controller was turned off at boot",
          "take cgroup_disable="
              + controller
              + " off the kernel's command line, or add"
              + " cgroup_enable="
              + controller
              + ", and reboot");
    }
    return Finding.missing(
        LIMITS,
        feature,
        true,
        "no " + controller + " controller is delegated to " + host.user().name(),
        cgroups.fix());
  }

  /**
   * Whether {@code /proc/cgroups} says so: lines of name, hierarchy, number of cgroups, enabled.
   * Newer kernels leave controllers out that are only in v2, which says nothing.
   */
  private boolean isTurnedOff(Host host) {
    String text = host.files().read("/proc/cgroups");
    for (String line : text == null ? new String[0] : text.split("\n")) {
      String[] fields = line.split("\\s+");
      if (fields.length == 4 && fields[0].equals(controller)) {
        return fields[3].equals("0");
      }
    }
    return false;
  }
}
