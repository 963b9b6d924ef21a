package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

import java.util.List;

/** How many namespaces a user may have, per kind: namespaces(7), {@code /proc/sys/user}. */
final class NamespaceQuotas implements Probe {
  private static final String FEATURE = "namespace quotas";

  /** A kind of namespace: its name in the quota and in {@code /proc/self/ns}. */
  private record Kind(String quota, String file) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("user", "user"),
          new Kind("mnt", "mnt"),
          new Kind("pid", "pid"),
          new Kind("net", "net"),
          new Kind("ipc", "ipc"),
          new Kind("uts", "uts"),
          new Kind("cgroup", "cgroup"));

  /**
   * A zygote and the init of a run each have their own of most kinds, and so does a spare; fewer
   * than this do not do for one core.
   */
  private static final long FEWEST = 16;

  private static final String ENOUGH = "15000";

  @Override
  public Finding look(Host host) {
    for (Kind kind : KINDS) {
      String key = "user.max_" + kind.quota() + "_namespaces";
      Long quota = host.files().number("/proc/sys/user/max_" + kind.quota() + "_namespaces");
      if (quota != null && quota < FEWEST) {
        return Finding.missing(
            ISOLATION,
            FEATURE,
            true,
            key + " is " + quota + (quota == 0 ? ": none may be made" : ", too few"),
            Fixes.sysctl(key, ENOUGH));
      }
    }
    return Finding.ok(ISOLATION, FEATURE, true, "every user.max_*_namespaces leaves room");
  }
}
