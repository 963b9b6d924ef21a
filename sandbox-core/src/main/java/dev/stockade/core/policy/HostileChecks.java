package dev.stockade.core.policy;

import dev.stockade.core.policy.Draft.RuleEntry;
import dev.stockade.core.policy.SeccompRules.Allow;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import java.util.Set;
import java.util.function.Predicate;

/** Checks that hold in every policy, whatever it extends: the borders that no rule may open. */
final class HostileChecks {
  private HostileChecks() {}

  /** The calls that undo the sandbox or reach around it are allowed by no policy, in no form. */
  static final class HostileCallsStayDenied implements Check {
    private static final Set<String> HOSTILE =
        Set.of(
            // The kernel itself: kexec_load(2), init_module(2), reboot(2), swapon(2), acct(2).
            "kexec_load",
            "kexec_file_load",
            "init_module",
            "finit_module",
            "delete_module",
            "reboot",
            "swapon",
            "swapoff",
            "acct",
            "quotactl",
            "quotactl_fd",
            "iopl",
            "ioperm",
            "syslog",
            // Kernel code and attack surface: bpf(2), perf_event_open(2), io_uring(7).
            "bpf",
            "perf_event_open",
            "userfaultfd",
            "io_uring_setup",
            "io_uring_enter",
            "io_uring_register",
            // Namespaces and mounts, the sandbox's own tools.
            "unshare",
            "setns",
            "mount",
            "umount2",
            "pivot_root",
            "chroot",
            "fsopen",
            "fsconfig",
            "fsmount",
            "fspick",
            "open_tree",
            "open_tree_attr",
            "move_mount",
            "mount_setattr",
            // Other processes: ptrace(2), process_vm_readv(2), pidfd_getfd(2), kcmp(2).
            "ptrace",
            "process_vm_readv",
            "process_vm_writev",
            "process_madvise",
            "pidfd_getfd",
            "kcmp",
            // Channels that outlive a run: keyrings(7), open_by_handle_at(2), fanotify(7).
            "add_key",
            "request_key",
            "keyctl",
            "name_to_handle_at",
            "open_by_handle_at",
            "fanotify_init",
            "lookup_dcookie");

    @Override
    public void check(Draft draft) {
      for (RuleEntry rule : draft.rules().entries()) {
        for (Located<String> call : rule.calls()) {
          if (rule.action().value() instanceof Allow && HOSTILE.contains(call.value())) {
            throw call.place()
                .error(Quote.of(call.value()) + " is never allowed: it reaches around the sandbox");
          }
        }
      }
    }
  }

  /**
   * An allowed clone(2) is one without CLONE_NEW* flags; clone3(2) keeps its flags where no filter
   * can look.
   */
  static final class CloneMakesNoNamespace implements Check {
    /** NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
    private static final long CLONE_NEW = 0x7e02_0000L;

    @Override
    public void check(Draft draft) {
      refuseOpen(
          draft, "clone3", condition -> false, "clone3 hides its flags; allow clone instead");
      refuseOpen(
          draft,
          "clone",
          CloneMakesNoNamespace::noNamespace,
          "clone is allowed only when [{arg: 0, mask: 0x7e020000, equal: 0}], without namespaces");
    }

    private static boolean noNamespace(ArgumentCondition flags) {
      return flags.index() == 0
          && flags.comparison() == Comparison.EQUAL
          && (flags.mask() & CLONE_NEW) == CLONE_NEW
          && (flags.value() & CLONE_NEW) == 0;
    }
  }

  /** An allowed socket(2) is of a family that ends in the run's own network namespace. */
  static final class SocketsStayInside implements Check {
    private static final long WHOLE_INT = 0xffff_ffffL;

    /** AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK; AF_VSOCK, for one, has no namespace. */
    private static final Set<Long> FAMILIES = Set.of(1L, 2L, 10L, 16L);

    @Override
    public void check(Draft draft) {
      refuseOpen(
          draft,
          "socket",
          SocketsStayInside::inside,
          "socket is allowed only when arg 0 is equal to 1, 2, 10 or 16, the families that"
              + " have namespaces");
    }

    private static boolean inside(ArgumentCondition family) {
      return family.index() == 0
          && family.comparison() == Comparison.EQUAL
          && (family.mask() & WHOLE_INT) == WHOLE_INT
          && FAMILIES.contains(family.value());
    }
  }

  /** Fails where a call is allowed without a condition that closes it. */
  private static void refuseOpen(
      Draft draft, String name, Predicate<ArgumentCondition> closes, String problem) {
    for (RuleEntry rule : draft.rules().entries()) {
      boolean closed = rule.when().stream().map(Located::value).anyMatch(closes);
      for (Located<String> call : rule.calls()) {
        if (rule.action().value() instanceof Allow && call.value().equals(name) && !closed) {
          throw call.place().error(problem);
        }
      }
    }
  }
}
