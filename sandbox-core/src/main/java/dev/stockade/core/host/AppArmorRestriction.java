package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

/**
 * AppArmor's restriction of user namespaces, on by default since Ubuntu 23.10: they can be made,
 * but without a profile that says {@code userns,} they are powerless, and the first mount fails
 * with a bare EPERM.
 */
final class AppArmorRestriction implements Probe {
  private static final String FEATURE = "free of AppArmor's restriction";
  private static final String KEY = "kernel.apparmor_restrict_unprivileged_userns";

  @Override
  public Finding look(Host host) {
    Long value = host.files().number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    if (value == null || value == 0) {
      return Finding.ok(
          ISOLATION, FEATURE, true, value == null ? "this kernel has none" : KEY + " is 0");
    }
    if (host.status().mayAdministrate()) {
      return Finding.ok(
          ISOLATION, FEATURE, true, KEY + " is 1, but does not bind us: we have CAP_SYS_ADMIN");
    }
    String label = host.files().read("/proc/self/attr/current");
    String profile = label == null ? "" : label.strip().replace("\0", "");
    if (!profile.isEmpty() && !profile.equals("unconfined")) {
      return Finding.degraded(
          ISOLATION,
          FEATURE,
          true,
          KEY + " is 1, and whether the profile " + profile + " permits them cannot be seen here",
          Fixes.sysctl(KEY, "0") + ", or make sure that the profile has a rule 'userns,'");
    }
    return Finding.missing(
        ISOLATION,
        FEATURE,
        true,
        KEY + " is 1 and no AppArmor profile exempts this JVM; it shows as a bare EPERM later on",
        Fixes.sysctl(KEY, "0"));
  }
}
