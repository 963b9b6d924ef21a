package dev.stockade.server.judge;

import dev.stockade.core.InteractionResult;
import dev.stockade.core.RunResult;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What came of one test.
 *
 * @param score points earned
 * @param comment the checker's; empty when it had nothing to say or was not asked
 * @param result the program's run, with the first bytes of its output; {@code null} when skipped
 * @param interaction what it had with the interactor, with the first bytes of every output; {@code
 *     null} when skipped, and in a job without an interactor
 */
public record TestResult(
    JudgeVerdict verdict,
    BigDecimal score,
    String comment,
    @Nullable RunResult result,
    @Nullable InteractionResult interaction) {
  /** A test without an interactor. */
  public TestResult(
      JudgeVerdict verdict, BigDecimal score, String comment, @Nullable RunResult result) {
    this(verdict, score, comment, result, null);
  }

  /** A test that was not run. */
  public static final TestResult SKIPPED =
      new TestResult(JudgeVerdict.SKIPPED, BigDecimal.ZERO, "", null);

  /** A test whose run was not {@code OK}: the checker was not asked. */
  public static TestResult notChecked(RunResult result) {
    return broken(JudgeVerdict.of(result.verdict()), result);
  }

  /** A test whose run is to blame, whatever else was said. */
  public static TestResult broken(JudgeVerdict verdict, RunResult result) {
    return new TestResult(verdict, BigDecimal.ZERO, "", result);
  }

  /**
   * A test whose output was checked.
   *
   * @param weight the most points that the test can earn
   */
  public static TestResult checked(CheckResult check, BigDecimal weight, RunResult result) {
    BigDecimal points = check.points();
    if (points == null) {
      points = check.verdict() == JudgeVerdict.ACCEPTED ? weight : BigDecimal.ZERO;
    }
    return new TestResult(check.verdict(), points, check.comment(), result);
  }

  /** The same with what the program and its interactor said to each other. */
  public TestResult with(InteractionResult talk) {
    return new TestResult(verdict, score, comment, result, talk);
  }
}
