package dev.stockade.core.policy;

import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.yaml.Located;
import java.util.ArrayList;
import java.util.List;

/** Checks of the conditions of seccomp rules. */
final class ConditionChecks {
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

    /** The masked argument is any word from 0 to the mask. */
    private static boolean never(ArgumentCondition condition) {
      return switch (condition.comparison()) {
        case EQUAL -> outside(condition);
        case NOT_EQUAL -> condition.mask() == 0 && condition.value() == 0;
        case LESS -> condition.value() == 0;
        case LESS_OR_EQUAL -> false;
        case GREATER -> againstMask(condition) >= 0;
        case GREATER_OR_EQUAL -> againstMask(condition) > 0;
      };
    }

    private static boolean always(ArgumentCondition condition) {
      return switch (condition.comparison()) {
        case EQUAL -> condition.mask() == 0 && condition.value() == 0;
        case NOT_EQUAL -> outside(condition);
        case LESS -> againstMask(condition) > 0;
        case LESS_OR_EQUAL -> againstMask(condition) >= 0;
        case GREATER -> false;
        case GREATER_OR_EQUAL -> condition.value() == 0;
      };
    }

    private static boolean outside(ArgumentCondition condition) {
      return (condition.value() & ~condition.mask()) != 0;
    }

    private static int againstMask(ArgumentCondition condition) {
      return Long.compareUnsigned(condition.value(), condition.mask());
    }
  }
}
