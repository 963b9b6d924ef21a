package dev.stockade.server.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Content;
import dev.stockade.core.policy.LimitOverrides;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StopRuleTest {
  private static final List<TestGroup> GROUPS =
      List.of(
          new TestGroup("a", GroupScoring.MINIMUM, BigDecimal.ONE, true),
          new TestGroup("b", GroupScoring.SUM, BigDecimal.ONE, false),
          new TestGroup("c", GroupScoring.MINIMUM, BigDecimal.ONE, true));

  private static List<TestCase> tests(List<Integer> groups) {
    return groups.stream()
        .map(
            group ->
                new TestCase(
                    "t",
                    Content.NOTHING,
                    Content.NOTHING,
                    List.of(),
                    LimitOverrides.NONE,
                    group,
                    BigDecimal.ONE))
        .toList();
  }

  @Test
  void failureStopsWhatIsBehindItInItsGroup() {
    StopRule rule = new StopRule(tests(List.of(0, 1, 0, 1, 2)), GROUPS, false);
    rule.failed(0);
    rule.failed(1);
    assertTrue(rule.isWanted(0));
    assertTrue(rule.isWanted(1));
    assertFalse(rule.isWanted(2));
    assertTrue(rule.isWanted(3));
    assertTrue(rule.isWanted(4));
  }

  @Test
  void failureStopsTheJobWhenItIsToldSo() {
    StopRule rule = new StopRule(tests(List.of(-1, -1, -1)), List.of(), true);
    rule.failed(1);
    assertTrue(rule.isWanted(0));
    assertTrue(rule.isWanted(1));
    assertFalse(rule.isWanted(2));
    rule.failed(0);
    assertFalse(rule.isWanted(1));
  }

  /** Tests that run side by side come to their end in any order. */
  @Property
  void outcomeIsThatOfOneAfterTheOther(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 2) Integer> groups,
      @ForAll @Size(12) List<Boolean> fails,
      @ForAll boolean ofJob,
      @ForAll Random random) {
    List<TestCase> tests = tests(groups);
    List<Integer> order = new ArrayList<>(IntStream.range(0, tests.size()).boxed().toList());
    List<Boolean> inOrder = play(new StopRule(tests, GROUPS, ofJob), order, fails);
    Collections.shuffle(order, random);
    List<Boolean> shuffled = play(new StopRule(tests, GROUPS, ofJob), order, fails);
    assertEquals(inOrder, shuffled);
  }

  private static List<Boolean> play(StopRule rule, List<Integer> order, List<Boolean> fails) {
    for (int test : order) {
      if (rule.isWanted(test) && fails.get(test)) {
        rule.failed(test);
      }
    }
    return IntStream.range(0, order.size()).mapToObj(rule::isWanted).toList();
  }
}
