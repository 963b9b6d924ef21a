package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

/** Whether the kernel was built with user namespaces, user_namespaces(7). */
final class UserNamespaceSupport implements Probe {
  private static final String FEATURE = "user namespaces in the kernel";

  @Override
  public Finding look(Host host) {
    if (host.files().exists("/proc/self/ns/user")) {
      return Finding.ok(ISOLATION, FEATURE, true, "/proc/self/ns/user is there");
    }
    return Finding.missing(
        ISOLATION,
        FEATURE,
        true,
        "there is no /proc/self/ns/user: the kernel was built without CONFIG_USER_NS",
        "boot a kernel with CONFIG_USER_NS=y (every current distribution's kernel has it)");
  }
}
