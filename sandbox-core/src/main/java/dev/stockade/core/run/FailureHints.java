package dev.stockade.core.run;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Step;

/** What a failed step usually means, for those whose cause is known. */
final class FailureHints {
  private FailureHints() {}

  /** A sentence behind a dash, or nothing. */
  static String of(Step step, int errno) {
    if (!(step instanceof Step.Call call)) {
      return errno == Errno.EAGAIN.number()
          ? " — the limit on processes (RLIMIT_NPROC or a pids cgroup) of this user is reached"
          : "";
    }
    String what = call.toString();
    boolean refused = errno == Errno.EPERM.number() || errno == Errno.EACCES.number();
    if (call.name().equals("unshare") && refused) {
      return " — unprivileged user namespaces are off (sysctl kernel.unprivileged_userns_clone,"
          + " kernel.apparmor_restrict_unprivileged_userns) or a container's seccomp profile forbids them";
    }
    if (call.name().equals("unshare") && errno == Errno.ENOSPC.number()) {
      return " — sysctl user.max_user_namespaces (or its siblings) is used up or 0";
    }
    if (what.startsWith("write(fd of \"/proc/self/uid_map\"") && refused) {
      return " — AppArmor may restrict unprivileged user namespaces"
          + " (sysctl kernel.apparmor_restrict_unprivileged_userns=0)";
    }
    if (what.startsWith("mount(\"proc\"") && refused) {
      return " — parts of the host's /proc are covered, as container runtimes do it: a fresh /proc is"
          + " refused (Docker: --security-opt systempaths=unconfined)";
    }
    if (call.name().equals("prlimit64") && refused) {
      return " — the server's own hard limit is lower than the policy's rlimits (ulimit -H -a; systemd:"
          + " LimitNOFILE= and its siblings)";
    }
    if (call.name().equals("mount_setattr") && errno == Errno.ENOSYS.number()) {
      return " — Linux 5.12 or newer is needed";
    }
    return "";
  }
}
