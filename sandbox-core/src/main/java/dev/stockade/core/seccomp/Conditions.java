package dev.stockade.core.seccomp;

import dev.stockade.core.policy.SeccompRules.ArgumentCondition;

/** What a condition on an argument says, and how it reads. */
final class Conditions {
  private Conditions() {}

  static boolean holds(ArgumentCondition condition, long argument) {
    int order = Long.compareUnsigned(argument & condition.mask(), condition.value());
    return switch (condition.comparison()) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
    };
  }
}
