package dev.stockade.server.judge;

import static dev.stockade.server.judge.JudgeVerdict.ACCEPTED;
import static dev.stockade.server.judge.JudgeVerdict.CHECKER_ERROR;
import static dev.stockade.server.judge.JudgeVerdict.CPU_TIME_LIMIT;
import static dev.stockade.server.judge.JudgeVerdict.PARTIAL;
import static dev.stockade.server.judge.JudgeVerdict.SKIPPED;
import static dev.stockade.server.judge.JudgeVerdict.WRONG_ANSWER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Content;
import dev.stockade.core.RunResult;
import dev.stockade.core.policy.LimitOverrides;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScoringTest {
  private static final BigDecimal ONE = BigDecimal.ONE;

  private static TestCase test(int group, String weight) {
    return new TestCase(
        "t",
        Content.NOTHING,
        Content.NOTHING,
        List.of(),
        LimitOverrides.NONE,
        group,
        new BigDecimal(weight));
  }

  private static TestResult result(JudgeVerdict verdict, String score) {
    return new TestResult(verdict, new BigDecimal(score), "", null);
  }

  private static TestGroup group(GroupScoring scoring, String weight) {
    return new TestGroup("g", scoring, new BigDecimal(weight), false);
  }

  private static Scoring.Total total(boolean scored, TestResult... results) {
    List<TestCase> tests = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      tests.add(test(TestCase.NO_GROUP, "1"));
    }
    return new Scoring(tests, List.of(), scored).total(List.of(results));
  }

  @Test
  void firstTestInOrderThatIsNotAcceptedGivesTheVerdict() {
    TestResult right = result(ACCEPTED, "1");
    TestResult slow = result(CPU_TIME_LIMIT, "0");
    TestResult wrong = result(WRONG_ANSWER, "0");
    assertEquals(ACCEPTED, total(false, right, right).verdict());
    assertEquals(CPU_TIME_LIMIT, total(false, right, slow, wrong).verdict());
    assertEquals(WRONG_ANSWER, total(false, wrong, slow, TestResult.SKIPPED).verdict());
    assertEquals(PARTIAL, total(false, result(PARTIAL, "0.5"), wrong).verdict());
    assertEquals(CHECKER_ERROR, total(false, wrong, result(CHECKER_ERROR, "0")).verdict());
  }

  @Test
  void scoredJobThatEarnedSomeOfItsPointsIsPartial() {
    TestResult right = result(ACCEPTED, "1");
    TestResult wrong = result(WRONG_ANSWER, "0");
    assertEquals(PARTIAL, total(true, wrong, right).verdict());
    assertEquals(WRONG_ANSWER, total(true, wrong, wrong).verdict());
    assertEquals(ACCEPTED, total(true, right, right).verdict());
    assertEquals(CHECKER_ERROR, total(true, right, result(CHECKER_ERROR, "0")).verdict());
  }

  /** A sample worth nothing that fails: all points are there, but not everything is right. */
  @Test
  void fullScoreIsNotYetAccepted() {
    Scoring scoring = new Scoring(List.of(test(-1, "0"), test(-1, "1")), List.of(), true);
    assertEquals(
        new Scoring.Total(WRONG_ANSWER, ONE, ONE, List.of()),
        scoring.total(List.of(result(WRONG_ANSWER, "0"), result(ACCEPTED, "1"))));
  }

  @Test
  void groupsAddTakeTheLeastOrAllOrNothing() {
    List<TestGroup> groups =
        List.of(
            group(GroupScoring.SUM, "0.3"),
            group(GroupScoring.MINIMUM, "30"),
            group(GroupScoring.ALL_OR_NOTHING, "40"),
            group(GroupScoring.ALL_OR_NOTHING, "5"));
    List<TestCase> tests =
        List.of(
            test(0, "0.1"),
            test(1, "30"),
            test(0, "0.2"),
            test(1, "30"),
            test(2, "40"),
            test(2, "40"),
            test(3, "5"));
    List<TestResult> results =
        List.of(
            result(ACCEPTED, "0.1"),
            result(PARTIAL, "12.5"),
            result(ACCEPTED, "0.2"),
            result(ACCEPTED, "30"),
            result(ACCEPTED, "40"),
            result(PARTIAL, "39.99"),
            result(ACCEPTED, "5"));
    assertEquals(
        new Scoring.Total(
            PARTIAL,
            new BigDecimal("17.8"),
            new BigDecimal("75.3"),
            List.of(
                new GroupResult(ACCEPTED, new BigDecimal("0.3")),
                new GroupResult(PARTIAL, new BigDecimal("12.5")),
                new GroupResult(PARTIAL, BigDecimal.ZERO),
                new GroupResult(ACCEPTED, new BigDecimal("5")))),
        new Scoring(tests, groups, true).total(results));
  }

  @Test
  void groupThatWasSkippedSaysSoAndEarnsNothing() {
    Scoring scoring =
        new Scoring(
            List.of(test(0, "1"), test(1, "7")),
            List.of(group(GroupScoring.SUM, "1"), group(GroupScoring.MINIMUM, "7")),
            true);
    assertEquals(
        List.of(
            new GroupResult(WRONG_ANSWER, BigDecimal.ZERO),
            new GroupResult(SKIPPED, BigDecimal.ZERO)),
        scoring.total(List.of(result(WRONG_ANSWER, "0"), TestResult.SKIPPED)).groups());
  }

  /** With doubles, ten times 0.1 is not 1. */
  @Property
  void sumsAreExact(
      @ForAll @Size(min = 1, max = 50) List<@IntRange(min = 0, max = 999) Integer> tenths) {
    List<TestCase> tests = new ArrayList<>();
    List<TestResult> results = new ArrayList<>();
    int sum = 0;
    for (int tenth : tenths) {
      String weight = tenth / 10 + "." + tenth % 10;
      tests.add(test(TestCase.NO_GROUP, weight));
      results.add(result(ACCEPTED, weight));
      sum += tenth;
    }
    BigDecimal score = new Scoring(tests, List.of(), true).total(results).score();
    assertEquals(0, new BigDecimal(sum).movePointLeft(1).compareTo(score));
  }

  @Test
  void checkedTestEarnsItsWeightItsPointsOrNothing() {
    CheckResult half =
        TestlibExit.read(7, "points 2.5 ok".getBytes(StandardCharsets.UTF_8), new BigDecimal(5));
    RunResult none = Runs.ok("");
    assertEquals(new BigDecimal("2.5"), TestResult.checked(half, new BigDecimal(5), none).score());
    assertEquals(ONE, TestResult.checked(CheckResult.accepted(), ONE, none).score());
    assertEquals(BigDecimal.ZERO, TestResult.checked(CheckResult.malformed(""), ONE, none).score());
  }
}
