package dev.stockade.fuzz.calls;

import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.seccomp.SeccompAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Whether what became of a case may have become of it. */
final class Oracles {
  private Oracles() {}

  /** What must not be; empty when all is well. */
  static List<String> findings(
      Case one, CasePlan plan, Outcome outcome, Filter filter, Limits limits) {
    RunResult result = outcome.result();
    List<String> found = new ArrayList<>(VerdictOracle.contradictions(result, limits));
    if (Objects.equals(result.exitCode(), CasePlan.CANNOT_BEGIN) && reached(outcome) == 0) {
      found.add("the payload could not even begin");
    }
    if (one.verdict() != null && one.verdict() != result.verdict()) {
      found.add("its verdict is not " + one.verdict());
    }
    if (result.verdict() == Verdict.OK
        && outcome.resultsCameBack()
        && reached(outcome) < one.calls().size()
        && one.calls().stream().noneMatch(call -> ends(call.name()))) {
      found.add("OK, and it did not reach its end");
    }
    String hostile = result.evidence().deniedSyscall();
    if (hostile != null
        && (!filter.hostile().contains(hostile)
            || one.calls().stream().noneMatch(call -> call.name().equals(hostile)))) {
      found.add("a call ended the run that is not hostile or not in the case: " + hostile);
    }
    calls(one, plan, outcome, filter, found);
    return found;
  }

  /**
   * What the filter denies has its errno; what it holds is never made, and nothing after it is,
   * unless a signal interrupts the wait: a handler without SA_RESTART makes it EINTR.
   */
  private static void calls(
      Case one, CasePlan plan, Outcome outcome, Filter filter, List<String> found) {
    int held = -1;
    for (int i = 0; i < one.calls().size(); i++) {
      long result = outcome.results()[i];
      Call call = one.calls().get(i);
      Optional<SeccompAction> action = filter.action(call, plan);
      if (result == CasePlan.NOT_REACHED || action.isEmpty()) {
        held = held < 0 && isHeld(action) ? i : held;
        continue;
      }
      if (held >= 0) {
        found.add(String.format(Locale.ROOT, "call %d was made after call %d: %s", i, held, call));
      } else if (isHeld(action)) {
        // EINTR: a signal came before the server had read the call; it was not made.
        if (result != -Errno.EINTR.number()) {
          found.add("call " + i + " is hostile and returned " + result + ": " + call);
        }
      } else if (action.get().kind() == SeccompAction.Kind.ERRNO
          && result != -action.get().data()) {
        found.add(
            String.format(
                Locale.ROOT,
                "call %d returned %s, the filter says %s: %s",
                i,
                result < 0 && result > -4096 ? Errno.nameOf((int) -result) : result,
                action.get(),
                call));
      }
    }
  }

  /**
   * Whether the program came to a hostile call: one that ended the run, or one that a signal
   * interrupted because the server was not quick enough, which is the host's matter.
   */
  static boolean cameToHostileCall(Case one, Outcome outcome, Filter filter) {
    if (outcome.result().evidence().deniedSyscall() != null) {
      return true;
    }
    for (int i = 0; i < one.calls().size(); i++) {
      if (outcome.results()[i] == -Errno.EINTR.number()
          && filter.hostile().contains(one.calls().get(i).name())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHeld(Optional<SeccompAction> action) {
    return action.isPresent() && action.get().kind() == SeccompAction.Kind.USER_NOTIFY;
  }

  /** Whether a call may end the program with status 0 before the end of its list. */
  private static boolean ends(String call) {
    return List.of("exit", "exit_group", "execve", "execveat", "fork", "vfork", "clone")
        .contains(call);
  }

  private static long reached(Outcome outcome) {
    long reached = 0;
    for (long result : outcome.results()) {
      reached += result == CasePlan.NOT_REACHED ? 0 : 1;
    }
    return reached;
  }
}
