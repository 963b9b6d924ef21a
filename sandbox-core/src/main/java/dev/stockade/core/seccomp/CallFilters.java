package dev.stockade.core.seccomp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides calls one by one, and keeps what was decided: most calls are treated alike by every
 * policy.
 *
 * <p>libseccomp gets the clauses of one call, or of a few simple ones, at a time, because its time
 * grows faster than the square of what one filter holds. Each of its filters is read where the
 * architecture and the number are known; what it does with anything else is read from one that has
 * no clause. Thread- safe; of two threads that want the same, the second waits and finds it.
 */
final class CallFilters {
  /** Calls under all rules that they had: those of a dozen policies that have nothing in common. */
  private static final int MOST_CALLS = 4096;

  /** There are 133 errnos. */
  private static final int MOST_DEFAULTS = 133;

  /** Calls whose arguments do not matter that libseccomp gets together. */
  private static final int TOGETHER = 16;

  private final ClauseExporter exporter;
  private final Kept<CallFilter.Key, CallFilter> calls = new Kept<>(MOST_CALLS);
  private final Kept<SeccompAction, Decision> others = new Kept<>(MOST_DEFAULTS);

  CallFilters(ClauseExporter exporter) {
    this.exporter = exporter;
  }

  /** A call of which nothing is known yet. */
  private record Wanted(CallFilter.Key key, List<Clause> clauses) {
    boolean dependsOnArguments() {
      return clauses.stream().anyMatch(clause -> !clause.when().isEmpty());
    }
  }

  /**
   * What a whole filter does.
   *
   * @param keys one for each call that rules name
   * @param defaultAction what happens where no rule holds, also within the keys
   * @return {@code null} when a filter of libseccomp cannot be read
   * @throws IllegalArgumentException when the rules need too many clauses
   */
  synchronized @Nullable Decision decide(List<CallFilter.Key> keys, SeccompAction defaultAction) {
    Map<Integer, Decision> byNumber = new HashMap<>();
    List<Wanted> wanted = new ArrayList<>();
    int clauses = 0;
    for (CallFilter.Key key : keys) {
      CallFilter known = calls.get(key);
      if (known == null) {
        wanted.add(new Wanted(key, key.disjointClauses()));
        clauses += wanted.get(wanted.size() - 1).clauses().size();
      } else {
        byNumber.put(key.number(), known.decision());
        clauses += known.clauses();
      }
      Clauses.checkTogether(clauses);
    }
    for (List<Wanted> some : batches(wanted)) {
      if (!make(some, defaultAction, byNumber)) {
        return null;
      }
    }
    Decision rest = others(defaultAction);
    return rest == null ? null : join(rest, byNumber);
  }

  /** What a call does must not depend on its company, or equal rules made different bytes. */
  private static List<List<Wanted>> batches(List<Wanted> wanted) {
    List<List<Wanted>> batches = new ArrayList<>();
    List<Wanted> simple = new ArrayList<>();
    for (Wanted one : wanted) {
      if (one.dependsOnArguments()) {
        batches.add(List.of(one));
      } else {
        simple.add(one);
      }
    }
    for (int from = 0; from < simple.size(); from += TOGETHER) {
      batches.add(simple.subList(from, Math.min(simple.size(), from + TOGETHER)));
    }
    return batches;
  }

  /** False when libseccomp's filter cannot be read. */
  private boolean make(
      List<Wanted> some, SeccompAction defaultAction, Map<Integer, Decision> byNumber) {
    List<Clause> clauses = some.stream().flatMap(one -> one.clauses().stream()).toList();
    List<BpfInstruction> filter = BpfInstruction.decode(exporter.program(clauses, defaultAction));
    for (Wanted one : some) {
      int number = one.key().number();
      Decision decision =
          DecisionReader.read(
              filter,
              Map.of(
                  SeccompData.ARCH_OFFSET,
                  SeccompData.AUDIT_ARCH_X86_64,
                  SeccompData.NR_OFFSET,
                  number));
      if (decision == null) {
        return false;
      }
      calls.put(one.key(), new CallFilter(one.clauses().size(), decision));
      byNumber.put(number, decision);
    }
    return true;
  }

  /** What happens to calls that no rule names, and to other architectures. */
  private @Nullable Decision others(SeccompAction defaultAction) {
    Decision known = others.get(defaultAction);
    if (known == null) {
      BpfProgram filter = Prologue.before(exporter.program(List.of(), defaultAction));
      known = DecisionReader.read(BpfInstruction.decode(filter));
      if (known != null) {
        others.put(defaultAction, known);
      }
    }
    return known;
  }

  private static Decision join(Decision rest, Map<Integer, Decision> byNumber) {
    Decision x8664 = rest.where(SeccompData.ARCH_OFFSET, SeccompData.AUDIT_ARCH_X86_64);
    return rest.with(
        SeccompData.ARCH_OFFSET,
        Map.of(SeccompData.AUDIT_ARCH_X86_64, x8664.with(SeccompData.NR_OFFSET, byNumber)));
  }
}
