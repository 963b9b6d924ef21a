package dev.stockade.core.policy;

import dev.stockade.core.policy.Draft.RuleEntry;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks of the conditions of seccomp rules. */
final class ConditionChecks {
  private static final long ALL_BITS = -1L;

  private ConditionChecks() {}

  private static List<Located<ArgumentCondition>> conditions(Draft draft) {
    List<Located<ArgumentCondition>> all = new ArrayList<>();
    draft.rules().entries().forEach(rule -> all.addAll(rule.when()));
    return all;
  }

  /** A system call has six arguments. */
  static final class ArgumentsExist implements Check {
    @Override
    public void check(Draft draft) {
      for (Located<ArgumentCondition> condition : conditions(draft)) {
        if (condition.value().index() > 5) {
          throw condition
              .place()
              .error("arg " + condition.value().index() + " does not exist; a call has 0 to 5");
        }
      }
    }
  }

  /** One rule tests an argument once: libseccomp takes no second comparison of it. */
  static final class ArgumentsAreTestedOnce implements Check {
    @Override
    public void check(Draft draft) {
      for (RuleEntry rule : draft.rules().entries()) {
        Set<Integer> seen = new HashSet<>();
        for (Located<ArgumentCondition> condition : rule.when()) {
          if (!seen.add(condition.value().index())) {
            throw condition
                .place()
                .error("the rule tests arg " + condition.value().index() + " twice");
          }
        }
      }
    }
  }

  /** A mask goes with equality, the one masked comparison of seccomp_rule_add(3). */
  static final class MasksGoWithEqual implements Check {
    @Override
    public void check(Draft draft) {
      for (Located<ArgumentCondition> condition : conditions(draft)) {
        if (condition.value().mask() != ALL_BITS
            && condition.value().comparison() != Comparison.EQUAL) {
          throw condition.place().error("a mask goes with equal only");
        }
      }
    }
  }

  /** A condition is true of some words and false of others. */
  static final class ConditionsCanHold implements Check {
    @Override
    public void check(Draft draft) {
      for (Located<ArgumentCondition> condition : conditions(draft)) {
        if (never(condition.value())) {
          throw condition.place().error("the condition is never true");
        }
        if (always(condition.value())) {
          throw condition.place().error("the condition is always true");
        }
      }
    }

    private static boolean never(ArgumentCondition condition) {
      return switch (condition.comparison()) {
        case EQUAL -> (condition.value() & ~condition.mask()) != 0;
        case LESS -> condition.value() == 0;
        case GREATER -> condition.value() == ALL_BITS;
        case NOT_EQUAL, LESS_OR_EQUAL, GREATER_OR_EQUAL -> false;
      };
    }

    private static boolean always(ArgumentCondition condition) {
      return switch (condition.comparison()) {
        case EQUAL -> condition.mask() == 0;
        case LESS_OR_EQUAL -> condition.value() == ALL_BITS;
        case GREATER_OR_EQUAL -> condition.value() == 0;
        case NOT_EQUAL, LESS, GREATER -> false;
      };
    }
  }
}
