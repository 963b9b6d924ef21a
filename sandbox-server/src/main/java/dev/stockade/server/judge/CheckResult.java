package dev.stockade.server.judge;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a checker says of one output.
 *
 * @param verdict {@code ACCEPTED}, {@code WRONG_ANSWER}, {@code PRESENTATION_ERROR}, {@code
 *     PARTIAL} or {@code CHECKER_ERROR}
 * @param points earned; {@code null} unless the verdict is {@code PARTIAL}
 * @param comment for people; empty when there is nothing to say
 */
public record CheckResult(JudgeVerdict verdict, @Nullable BigDecimal points, String comment) {
  public CheckResult {
    if ((verdict == JudgeVerdict.PARTIAL) != (points != null)) {
      throw new IllegalArgumentException("points are those of PARTIAL: " + verdict + " " + points);
    }
  }

  static CheckResult accepted() {
    return new CheckResult(JudgeVerdict.ACCEPTED, null, "");
  }

  static CheckResult wrong(String comment) {
    return new CheckResult(JudgeVerdict.WRONG_ANSWER, null, comment);
  }

  /** Right words, wrong blanks or lines. */
  static CheckResult malformed(String comment) {
    return new CheckResult(JudgeVerdict.PRESENTATION_ERROR, null, comment);
  }

  /** The checker, not the program, is at fault. */
  public static CheckResult checkerError(String comment) {
    return new CheckResult(JudgeVerdict.CHECKER_ERROR, null, comment);
  }
}
