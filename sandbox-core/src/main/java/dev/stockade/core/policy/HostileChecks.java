package dev.stockade.core.policy;

import dev.stockade.core.policy.Draft.RuleEntry;
import dev.stockade.core.policy.SeccompRules.Allow;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Place;
import dev.stockade.core.yaml.Quote;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
            "fsopen",
            "fsconfig",
            "fsmount",
            "fspick",
            "open_tree",
            "open_tree_attr",
            "move_mount",
            "mount_setattr",
            // Channels that outlive a run: keyrings(7), open_by_handle_at(2), fanotify(7).
            "add_key",
            "request_key",
            "keyctl",
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
          draft,
          "clone3",
          rule -> false,
          rule -> false,
          "clone3 is never allowed: it hides its flags; allow clone instead");
      refuseOpen(
          draft,
          "clone",
          rule -> rule.anyMatch(CloneMakesNoNamespace::noNamespace),
          rule -> rule.allMatch(CloneMakesNoNamespace::someNamespace),
          "clone is allowed only when [{arg: 0, mask: 0x7e020000, equal: 0}], without namespaces");
    }

    private static boolean noNamespace(ArgumentCondition flags) {
      return flags.index() == 0
          && flags.comparison() == Comparison.EQUAL
          && (flags.mask() & CLONE_NEW) == CLONE_NEW
          && (flags.value() & CLONE_NEW) == 0;
    }

    private static boolean someNamespace(ArgumentCondition flags) {
      return flags.index() == 0
          && flags.comparison() == Comparison.NOT_EQUAL
          && (flags.mask() & CLONE_NEW) == CLONE_NEW
          && flags.value() == 0;
    }
  }

  /** An allowed socket(2) is of a family that ends in the run's own network namespace. */
  static final class SocketsStayInside implements Check {
    private static final long WHOLE_INT = 0xffff_ffffL;

    private static final long WHOLE_WORD = -1L;

    /** AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK; AF_VSOCK, for one, has no namespace. */
    private static final Set<Long> FAMILIES = Set.of(1L, 2L, 10L, 16L);

    @Override
    public void check(Draft draft) {
      refuseOpen(
          draft,
          "socket",
          rule -> rule.anyMatch(family -> isOne(family, Comparison.EQUAL)),
          rule -> rule.allMatch(family -> isOne(family, Comparison.NOT_EQUAL)),
          "socket is allowed only when arg 0 is equal to 1, 2, 10 or 16, the families that"
              + " have namespaces");
    }

    /** The kernel reads an int: either the whole word is compared or exactly that half. */
    private static boolean isOne(ArgumentCondition family, Comparison comparison) {
      return family.index() == 0
          && family.comparison() == comparison
          && (family.mask() == WHOLE_INT || family.mask() == WHOLE_WORD)
          && FAMILIES.contains(family.value());
    }
  }

  /**
   * Fails where a call is allowed by a rule whose conditions do not close it, while no rule denies
   * the rest.
   *
   * @param closes whether an allowing rule's conditions leave nothing hostile
   * @param denies whether a denying rule's conditions hold for everything hostile
   */
  private static void refuseOpen(
      Draft draft,
      String name,
      Predicate<Stream<ArgumentCondition>> closes,
      Predicate<Stream<ArgumentCondition>> denies,
      String problem) {
    Optional<Place> open = Optional.empty();
    for (RuleEntry rule : draft.rules().entries()) {
      for (Located<String> call : rule.calls()) {
        if (!call.value().equals(name)) {
          continue;
        }
        boolean allows = rule.action().value() instanceof Allow;
        if (allows && !closes.test(conditions(rule))) {
          open = Optional.of(call.place());
        } else if (!allows && denies.test(conditions(rule))) {
          return;
        }
      }
    }
    if (open.isPresent()) {
      throw open.get().error(problem);
    }
  }

  private static Stream<ArgumentCondition> conditions(RuleEntry rule) {
    return rule.when().stream().map(Located::value);
  }
}
