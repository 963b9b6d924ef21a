package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Boxes as sets of words, over the few words that fit into six bits and over wide ones. */
final class BoxProperties {
  private static long holding(List<Box> boxes, List<Long> words) {
    return boxes.stream()
        .filter(
            box ->
                box.conditions().stream()
                    .allMatch(c -> (words.get(c.index()) & c.mask()) == c.value()))
        .count();
  }

  private static List<Long> words(int index, long word) {
    Long[] words = {0L, 0L, 0L, 0L, 0L, 0L};
    words[index] = word;
    return List.of(words);
  }

  @Property
  void ofAConditionExactlyOneBoxHoldsWhereItHolds(
      @ForAll @IntRange(max = 5) int index,
      @ForAll @LongRange(max = 63) long mask,
      @ForAll Comparison comparison,
      @ForAll @LongRange(max = 63) long value) {
    List<Box> boxes = Box.of(new ArgumentCondition(index, mask, comparison, value));
    for (long word = 0; word < 64; word++) {
      assertEquals(
          compare(word & mask, comparison, value) ? 1 : 0, holding(boxes, words(index, word)));
    }
  }

  @Property
  void wideWordsAreComparedUnsigned(
      @ForAll long mask, @ForAll Comparison comparison, @ForAll long value, @ForAll long word) {
    List<Box> boxes = Box.of(new ArgumentCondition(0, mask, comparison, value));
    assertEquals(compare(word & mask, comparison, value) ? 1 : 0, holding(boxes, words(0, word)));
  }

  @Property
  void aBoxLessABoxIsDisjointAndMissesNothing(
      @ForAll @Size(2) List<@LongRange(max = 63) Long> masks,
      @ForAll @Size(2) List<@LongRange(max = 63) Long> otherMasks,
      @ForAll @Size(2) List<@LongRange(max = 63) Long> values) {
    Box one = box(masks, values.get(0));
    Box other = box(otherMasks, values.get(1));
    List<Box> rest = one.minus(other);
    for (long first = 0; first < 64; first++) {
      for (long second = 0; second < 64; second++) {
        List<Long> words = List.of(first, second, 0L, 0L, 0L, 0L);
        boolean inside = holding(List.of(one), words) == 1 && holding(List.of(other), words) == 0;
        assertEquals(inside ? 1 : 0, holding(rest, words));
      }
    }
  }

  /** Fixes the masked bits of the first two arguments to those of one value. */
  private static Box box(List<Long> masks, long value) {
    Box first = equal(0, masks.get(0), value);
    return first.and(equal(1, masks.get(1), value)).orElseThrow();
  }

  private static Box equal(int index, long mask, long value) {
    return Box.of(new ArgumentCondition(index, mask, Comparison.EQUAL, value & mask)).get(0);
  }

  private static boolean compare(long word, Comparison comparison, long value) {
    int order = Long.compareUnsigned(word, value);
    return switch (comparison) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
    };
  }
}
