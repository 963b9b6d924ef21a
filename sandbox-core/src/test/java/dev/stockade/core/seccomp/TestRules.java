package dev.stockade.core.seccomp;

import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.List;

/** Rules in few words, for the tests of this package. */
final class TestRules {
  /** Those of the default policy. */
  static final SeccompRules DEFAULT = Policies.named("default").seccomp();

  private TestRules() {}

  static SeccompRules rules(Rule... rules) {
    return new SeccompRules("EPERM", List.of(rules));
  }

  static Rule allow(List<String> calls, ArgumentCondition... when) {
    return new Rule(new SeccompRules.Allow(), calls, List.of(when));
  }

  static Rule errno(String name, List<String> calls, ArgumentCondition... when) {
    return new Rule(new SeccompRules.Errno(name), calls, List.of(when));
  }

  static Rule kill(List<String> calls, ArgumentCondition... when) {
    return new Rule(new SeccompRules.Kill(), calls, List.of(when));
  }

  static ArgumentCondition equal(int index, long mask, long value) {
    return new ArgumentCondition(index, mask, Comparison.EQUAL, value);
  }

  static ArgumentCondition notEqual(int index, long mask, long value) {
    return new ArgumentCondition(index, mask, Comparison.NOT_EQUAL, value);
  }
}
