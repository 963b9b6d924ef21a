package dev.stockade.core.compile;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.policy.SeccompRules.Errno;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.ArrayList;
import java.util.List;

/** The rules of a policy's filter: those that it has, and those that the sandbox itself needs. */
public final class FilterRules {
  /**
   * The RLIMIT_CORE under which nothing is dumped, wherever the host sends core dumps: with 0 the
   * kernel still starts the program that {@code kernel.core_pattern} names, as root and outside of
   * every sandbox, and feeds it the dump; with 1 it does not, see core(5).
   */
  static final long NO_CORE_DUMP = 1;

  /** The kernel reads families and resources as 32 bits. */
  private static final long INT = 0xffff_ffffL;

  private static final long AF_INET6 = 10;

  private FilterRules() {}

  /** For runs that go to any processor. */
  public static SeccompRules of(Policy policy) {
    return of(policy, false);
  }

  /**
   * @param pinned whether a run keeps to the processor that it was given: no cgroup holds it there
   */
  public static SeccompRules of(Policy policy, boolean pinned) {
    List<Rule> rules = new ArrayList<>(policy.seccomp().rules());
    if (pinned) {
      rules.add(new Rule(new Errno("EPERM"), List.of("sched_setaffinity"), List.of()));
    }
    rules.add(noOtherCoreLimit());
    if (policy.network() == Policy.Network.NONE) {
      rules.add(noSocket(Constants.AF_INET));
      rules.add(noSocket(AF_INET6));
    }
    return new SeccompRules(policy.seccomp().defaultErrno(), rules);
  }

  /**
   * {@link #NO_CORE_DUMP} is a limit like others: a program could lower it to 0. Setting it answers
   * success and changes nothing: AddressSanitizer lowers it at every start and ends the program
   * when that is refused.
   */
  private static Rule noOtherCoreLimit() {
    return new Rule(
        Errno.NONE,
        List.of("prlimit64"),
        List.of(
            new ArgumentCondition(1, INT, Comparison.EQUAL, Constants.RLIMIT_CORE),
            new ArgumentCondition(2, -1, Comparison.NOT_EQUAL, 0)));
  }

  /**
   * Without a network there is no IPv4 or IPv6 socket. The network namespace is the zygote's and
   * stays from run to run, and the kernel counts in it what such sockets try, even where no address
   * can be reached ({@code OutNoRoutes} in {@code /proc/net/snmp}): one run could read there what
   * another before it did. A namespace made for each run, as {@code network: loopback} has it,
   * costs a millisecond.
   */
  private static Rule noSocket(long family) {
    return new Rule(
        new Errno("EAFNOSUPPORT"),
        List.of("socket"),
        List.of(new ArgumentCondition(0, INT, Comparison.EQUAL, family)));
  }
}
