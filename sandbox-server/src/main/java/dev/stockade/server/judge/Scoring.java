package dev.stockade.server.judge;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * How points and verdict of a job follow from its tests.
 *
 * <p>The verdict is {@code CHECKER_ERROR} when any test's is; else {@code ACCEPTED} when every
 * test's is; else {@code PARTIAL} when the job is scored and earned some of its points, not all;
 * else that of the first test, in the job's order, that is not {@code ACCEPTED}.
 *
 * @param tests all of them, in the job's order
 * @param groups empty when the points of all tests are added up
 * @param scored whether whoever wrote the tests said what they are worth
 */
public record Scoring(List<TestCase> tests, List<TestGroup> groups, boolean scored) {
  /**
   * The sum.
   *
   * @param groups as many as the job has
   */
  public record Total(
      JudgeVerdict verdict, BigDecimal score, BigDecimal maxScore, List<GroupResult> groups) {}

  public Scoring {
    tests = List.copyOf(tests);
    groups = List.copyOf(groups);
  }

  /** What the job is worth. */
  public BigDecimal maxScore() {
    return groups.isEmpty()
        ? sum(tests.stream().map(TestCase::weight).toList())
        : sum(groups.stream().map(TestGroup::weight).toList());
  }

  /**
   * Adds up.
   *
   * @param results one for each test, in the same order
   */
  public Total total(List<TestResult> results) {
    List<GroupResult> ofGroups = new ArrayList<>();
    for (int group = 0; group < groups.size(); group++) {
      ofGroups.add(ofGroup(group, results));
    }
    BigDecimal score =
        groups.isEmpty()
            ? sum(results.stream().map(TestResult::score).toList())
            : sum(ofGroups.stream().map(GroupResult::score).toList());
    BigDecimal most = maxScore();
    return new Total(verdict(results, score, most), score, most, List.copyOf(ofGroups));
  }

  private GroupResult ofGroup(int group, List<TestResult> results) {
    List<TestResult> own = new ArrayList<>();
    for (int test = 0; test < tests.size(); test++) {
      if (tests.get(test).group() == group) {
        own.add(results.get(test));
      }
    }
    TestGroup rule = groups.get(group);
    BigDecimal score =
        rule.scoring().score(rule.weight(), own.stream().map(TestResult::score).toList());
    return new GroupResult(firstNotAccepted(own), score);
  }

  private JudgeVerdict verdict(List<TestResult> results, BigDecimal score, BigDecimal most) {
    if (results.stream().anyMatch(result -> result.verdict() == JudgeVerdict.CHECKER_ERROR)) {
      return JudgeVerdict.CHECKER_ERROR;
    }
    JudgeVerdict first = firstNotAccepted(results);
    boolean some = score.signum() > 0 && score.compareTo(most) < 0;
    return first != JudgeVerdict.ACCEPTED && scored && some ? JudgeVerdict.PARTIAL : first;
  }

  private static JudgeVerdict firstNotAccepted(List<TestResult> results) {
    return results.stream()
        .map(TestResult::verdict)
        .filter(verdict -> verdict != JudgeVerdict.ACCEPTED)
        .findFirst()
        .orElse(JudgeVerdict.ACCEPTED);
  }

  private static BigDecimal sum(List<BigDecimal> numbers) {
    return numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
