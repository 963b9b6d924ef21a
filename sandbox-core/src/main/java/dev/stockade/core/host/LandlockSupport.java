package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.FILTER;

/** Landlock, landlock(7): told for information; no policy needs it so far. */
final class LandlockSupport implements Probe {
  private static final String FEATURE = "Landlock";
  private static final long LANDLOCK_CREATE_RULESET_VERSION = 1;

  @Override
  public Finding look(Host host) {
    long version =
        host.calls().call("landlock_create_ruleset", 0, 0, LANDLOCK_CREATE_RULESET_VERSION, 0);
    return version > 0
        ? Finding.ok(FILTER, FEATURE, false, "ABI version " + version)
        : Finding.missing(
            FILTER,
            FEATURE,
            false,
            "the kernel has none, or it was not turned on at boot",
            "boot a kernel of 5.13 or newer with lsm=landlock,... on its command line");
  }
}
