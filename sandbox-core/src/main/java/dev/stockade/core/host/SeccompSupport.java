package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.FILTER;

import java.util.Arrays;
import java.util.List;

/** Whether the kernel filters system calls with the actions that we use, seccomp(2). */
final class SeccompSupport implements Probe {
  private static final String FEATURE = "seccomp in the kernel";
  private static final List<String> NEEDED =
      List.of("kill_process", "errno", "allow", "user_notif");

  @Override
  public Finding look(Host host) {
    String actions = host.files().read("/proc/sys/kernel/seccomp/actions_avail");
    if (actions == null) {
      return Finding.missing(
          FILTER,
          FEATURE,
          true,
          "there is no /proc/sys/kernel/seccomp/actions_avail",
          "boot a kernel of 5.0 or newer with CONFIG_SECCOMP_FILTER=y (every current"
              + " distribution's kernel is)");
    }
    List<String> available = Arrays.asList(actions.strip().split("\\s+"));
    List<String> missing = NEEDED.stream().filter(action -> !available.contains(action)).toList();
    return missing.isEmpty()
        ? Finding.ok(FILTER, FEATURE, true, "actions: " + String.join(", ", available))
        : Finding.missing(
            FILTER,
            FEATURE,
            true,
            "the kernel lacks the actions " + String.join(", ", missing),
            "boot a kernel of 5.0 or newer");
  }
}
