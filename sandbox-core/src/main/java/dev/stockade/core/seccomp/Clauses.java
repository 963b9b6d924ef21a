package dev.stockade.core.seccomp;

import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Brings the rules of one call, among which the strictest wins, into disjoint {@link Clause}s. */
final class Clauses {
  /**
   * Clauses of one filter. Hardly more fit the 4096 instructions that the kernel takes, and the
   * time of libseccomp 2.5 grows faster than their square: about a second for this many, half a
   * minute for twice as many.
   */
  static final int MAX_CLAUSES = 2048;

  /** Subtractions of one box from another for one call: about a second. */
  private static final int MAX_SUBTRACTIONS = 4_000_000;

  private static final long WHOLE_WORD = -1;

  private final List<Box> decided = new ArrayList<>();
  private int subtractions;

  private Clauses() {}

  /** Refuses more clauses of all calls together than one filter can have. */
  static void checkTogether(int count) {
    if (count > MAX_CLAUSES) {
      throw new IllegalArgumentException(
          "the conditions of all rules together need more than "
              + MAX_CLAUSES
              + " comparisons: use fewer notEqual, less or greater");
    }
  }

  /**
   * @param number of the call
   * @param rules all of them about this call
   * @param defaultAction what happens where no clause holds
   */
  static List<Clause> of(int number, List<CallRule> rules, SeccompAction defaultAction) {
    if (rules.size() == 1 && isNative(rules.get(0).when())) {
      CallRule only = rules.get(0);
      return only.effect().action().equals(defaultAction)
          ? List.of()
          : List.of(new Clause(number, only.effect().action(), only.when()));
    }
    return new Clauses().disjoint(number, rules, defaultAction);
  }

  private List<Clause> disjoint(int number, List<CallRule> rules, SeccompAction defaultAction) {
    List<CallRule> strictestFirst =
        rules.stream().sorted(Comparator.comparing(CallRule::effect)).toList();
    List<Clause> clauses = new ArrayList<>();
    for (CallRule rule : strictestFirst) {
      for (Box box : boxes(rule)) {
        List<Box> rest = undecided(box, rule);
        decided.addAll(rest);
        if (decided.size() > MAX_CLAUSES) {
          throw tooMany(rule);
        }
        if (!rule.effect().action().equals(defaultAction)) {
          rest.forEach(
              b -> clauses.add(new Clause(number, rule.effect().action(), b.conditions())));
        }
      }
    }
    return clauses;
  }

  /** Whether libseccomp can test these conditions as they stand. */
  private static boolean isNative(List<ArgumentCondition> when) {
    return when.stream().map(ArgumentCondition::index).distinct().count() == when.size()
        && when.stream().allMatch(Clauses::isNative);
  }

  private static boolean isNative(ArgumentCondition condition) {
    boolean wholeWord = condition.mask() == WHOLE_WORD;
    return switch (condition.comparison()) {
      case EQUAL -> condition.mask() != 0 && (condition.value() & ~condition.mask()) == 0;
      case NOT_EQUAL -> wholeWord;
      // The edges, where the comparison holds never or always, are left to the boxes.
      case LESS, GREATER_OR_EQUAL -> wholeWord && condition.value() != 0;
      case GREATER, LESS_OR_EQUAL -> wholeWord && condition.value() != -1;
    };
  }

  private static List<Box> boxes(CallRule rule) {
    List<Box> boxes = List.of(Box.EVERYTHING);
    for (ArgumentCondition condition : rule.when()) {
      List<Box> both = new ArrayList<>();
      List<Box> allowed = Box.of(condition);
      for (Box box : boxes) {
        for (Box other : allowed) {
          box.and(other).ifPresent(both::add);
        }
        checkCount(both, rule);
      }
      boxes = both;
    }
    return boxes;
  }

  /** What of a box no stricter rule has decided. */
  private List<Box> undecided(Box box, CallRule rule) {
    List<Box> rest = List.of(box);
    for (Box taken : decided) {
      subtractions += rest.size();
      if (subtractions > MAX_SUBTRACTIONS) {
        throw tooMany(rule);
      }
      List<Box> left = new ArrayList<>(rest.size());
      for (Box one : rest) {
        left.addAll(one.minus(taken));
        checkCount(left, rule);
      }
      rest = left;
    }
    return rest;
  }

  private static void checkCount(List<Box> boxes, CallRule rule) {
    if (boxes.size() > MAX_CLAUSES) {
      throw tooMany(rule);
    }
  }

  private static IllegalArgumentException tooMany(CallRule rule) {
    return new IllegalArgumentException(
        "the conditions on "
            + rule.call()
            + " need more than "
            + MAX_CLAUSES
            + " comparisons: use fewer notEqual, less or greater together");
  }
}
