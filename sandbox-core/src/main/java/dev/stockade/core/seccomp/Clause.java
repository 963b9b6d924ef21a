package dev.stockade.core.seccomp;

import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import java.util.List;

/**
 * A rule in the form that libseccomp takes: at most one condition for each argument. Of all the
 * clauses of one call at most one holds, so their order means nothing.
 *
 * @param number of the system call
 * @param when each either compares the whole word, or is {@code EQUAL} under a mask
 */
record Clause(int number, SeccompAction action, List<ArgumentCondition> when) {
  Clause {
    when = List.copyOf(when);
  }
}
