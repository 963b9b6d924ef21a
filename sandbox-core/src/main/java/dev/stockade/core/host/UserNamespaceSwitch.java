package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

/** Debian's and others' switch for user namespaces of ordinary users. */
final class UserNamespaceSwitch implements Probe {
  private static final String FEATURE = "user namespaces for ordinary users";
  private static final String KEY = "kernel.unprivileged_userns_clone";

  @Override
  public Finding look(Host host) {
    Long value = host.files().number("/proc/sys/kernel/unprivileged_userns_clone");
    if (value == null) {
      return Finding.ok(ISOLATION, FEATURE, true, "this kernel has no switch to turn them off");
    }
    if (value != 0) {
      return Finding.ok(ISOLATION, FEATURE, true, KEY + " is " + value);
    }
    if (host.status().mayAdministrate()) {
      return Finding.ok(
          ISOLATION, FEATURE, true, KEY + " is 0, but does not bind us: we have CAP_SYS_ADMIN");
    }
    return Finding.missing(ISOLATION, FEATURE, true, KEY + " is 0", Fixes.sysctl(KEY, "1"));
  }
}
