package dev.stockade.core.seccomp;

import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A set of argument values in which some bits are fixed and the others free: for each of the six
 * arguments, {@code (arg & mask) == value}.
 *
 * <p>This is the one test of an argument that libseccomp can combine freely, one per argument and
 * rule. Every condition is a union of disjoint boxes, and a box less a box is a list of disjoint
 * boxes, so that any set of rules can be brought into rules of which at most one holds.
 */
final class Box {
  static final int ARGUMENTS = 6;

  /** Every argument free. */
  static final Box EVERYTHING = new Box(new long[ARGUMENTS], new long[ARGUMENTS]);

  private final long[] masks;
  private final long[] values;

  private Box(long[] masks, long[] values) {
    this.masks = masks;
    this.values = values;
  }

  /** The disjoint boxes in which a condition holds; none when it never does. */
  static List<Box> of(ArgumentCondition condition) {
    Comparison comparison = condition.comparison();
    boolean less = isOneOf(comparison, Comparison.LESS, Comparison.LESS_OR_EQUAL);
    boolean greater = isOneOf(comparison, Comparison.GREATER, Comparison.GREATER_OR_EQUAL);
    boolean different = comparison == Comparison.NOT_EQUAL;
    int index = condition.index();
    List<Box> boxes = new ArrayList<>();
    // From the highest bit down: `same` holds the arguments that agree with the value so far.
    Box same = EVERYTHING;
    for (int bit = Long.SIZE - 1; bit >= 0; bit--) {
      boolean wanted = (condition.value() >>> bit & 1) != 0;
      boolean compared = (condition.mask() >>> bit & 1) != 0;
      if (compared) {
        if (different || (wanted ? less : greater)) {
          boxes.add(same.fixed(index, bit, !wanted));
        }
        same = same.fixed(index, bit, wanted);
      } else if (wanted) {
        // A masked bit is 0, the value's is 1: all of `same` is below the value.
        if (different || less) {
          boxes.add(same);
        }
        return boxes;
      }
    }
    if (isOneOf(
        comparison, Comparison.EQUAL, Comparison.LESS_OR_EQUAL, Comparison.GREATER_OR_EQUAL)) {
      boxes.add(same);
    }
    return boxes;
  }

  private static boolean isOneOf(Comparison comparison, Comparison... some) {
    return Arrays.asList(some).contains(comparison);
  }

  private Box fixed(int index, int bit, boolean one) {
    long[] newMasks = masks.clone();
    long[] newValues = values.clone();
    newMasks[index] |= 1L << bit;
    newValues[index] |= one ? 1L << bit : 0;
    return new Box(newMasks, newValues);
  }

  private boolean isDisjointFrom(Box other) {
    for (int i = 0; i < ARGUMENTS; i++) {
      if ((masks[i] & other.masks[i] & (values[i] ^ other.values[i])) != 0) {
        return true;
      }
    }
    return false;
  }

  Optional<Box> and(Box other) {
    if (isDisjointFrom(other)) {
      return Optional.empty();
    }
    long[] bothMasks = new long[ARGUMENTS];
    long[] bothValues = new long[ARGUMENTS];
    for (int i = 0; i < ARGUMENTS; i++) {
      bothMasks[i] = masks[i] | other.masks[i];
      bothValues[i] = values[i] | other.values[i];
    }
    return Optional.of(new Box(bothMasks, bothValues));
  }

  /** What is in this box and not in the other, as disjoint boxes. */
  List<Box> minus(Box other) {
    if (isDisjointFrom(other)) {
      return List.of(this);
    }
    List<Box> rest = new ArrayList<>();
    Box common = this;
    for (int i = 0; i < ARGUMENTS; i++) {
      long onlyThere = other.masks[i] & ~masks[i];
      for (int bit = Long.SIZE - 1; bit >= 0; bit--) {
        if ((onlyThere >>> bit & 1) != 0) {
          boolean one = (other.values[i] >>> bit & 1) != 0;
          rest.add(common.fixed(i, bit, !one));
          common = common.fixed(i, bit, one);
        }
      }
    }
    return rest;
  }

  /** The box as conditions, one for each argument that is not wholly free. */
  List<ArgumentCondition> conditions() {
    List<ArgumentCondition> conditions = new ArrayList<>();
    for (int i = 0; i < ARGUMENTS; i++) {
      if (masks[i] != 0) {
        conditions.add(new ArgumentCondition(i, masks[i], Comparison.EQUAL, values[i]));
      }
    }
    return conditions;
  }
}
