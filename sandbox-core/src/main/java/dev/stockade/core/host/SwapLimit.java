package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.LIMITS;

import dev.stockade.core.cgroup.CgroupController.Capability;

/** Swap must not extend the memory limit. */
final class SwapLimit implements Probe {
  private static final String FEATURE = "no extra memory by swap";

  @Override
  public Finding look(Host host) {
    String swaps = host.files().read("/proc/swaps");
    boolean inUse = swaps != null && swaps.lines().skip(1).anyMatch(line -> !line.isBlank());
    if (!inUse) {
      return Finding.ok(LIMITS, FEATURE, true, "this host has no swap");
    }
    if (host.cgroups().capabilities().contains(Capability.SWAP)) {
      return Finding.ok(LIMITS, FEATURE, true, "swap is in use and is limited with memory");
    }
    return Finding.missing(
        LIMITS,
        FEATURE,
        true,
        "swap is in use and our cgroups cannot limit it",
        host.cgroups().capabilities().contains(Capability.MEMORY)
            ? "add swapaccount=1 to the kernel's command line and reboot, or sudo swapoff --all"
            : host.cgroups().fix());
  }
}
