package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

import java.util.List;

/** Whether the kernel has the other kinds of namespace that a sandbox is made of. */
final class NamespaceKinds implements Probe {
  private static final String FEATURE = "the other kinds of namespace";
  private static final List<String> FILES = List.of("mnt", "pid", "net", "ipc", "uts", "cgroup");

  @Override
  public Finding look(Host host) {
    List<String> missing =
        FILES.stream().filter(file -> !host.files().exists("/proc/self/ns/" + file)).toList();
    if (missing.isEmpty()) {
      return Finding.ok(ISOLATION, FEATURE, true, "all are in /proc/self/ns");
    }
    return Finding.missing(
        ISOLATION,
        FEATURE,
        true,
        "the kernel was built without: " + String.join(", ", missing),
        "boot a kernel with CONFIG_NAMESPACES and all below it (every current distribution's"
            + " kernel has them)");
  }
}
