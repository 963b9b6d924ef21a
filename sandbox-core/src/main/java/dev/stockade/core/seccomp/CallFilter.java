package dev.stockade.core.seccomp;

import java.util.List;

/**
 * What a filter does with one call.
 *
 * @param clauses that libseccomp was given for it
 */
record CallFilter(int clauses, Decision decision) {
  /**
   * All that a {@link CallFilter} depends on, by value.
   *
   * @param number of the call
   * @param rules all of them about this call
   * @param defaultAction what happens where no rule holds
   */
  record Key(int number, List<CallRule> rules, SeccompAction defaultAction) {
    Key {
      rules = List.copyOf(rules);
    }

    List<Clause> disjointClauses() {
      return Clauses.of(number, rules, defaultAction);
    }
  }
}
