package dev.stockade.server.judge;

import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a checker program says by its exit status and standard error, as testlib.h has it: 0 right,
 * 1 wrong, 2 (and 4 and 8, which testlib has for trailing and missing output) badly presented, 7
 * points, which standard error begins with: {@code points 0.5 half of it}. Everything else is the
 * checker's own failure; testlib's 3 says so.
 */
public final class TestlibExit {
  /** First bytes of standard error that are kept as the comment. */
  private static final int COMMENT_BYTES = 1024;

  private static final int OK = 0;
  private static final int WRONG_ANSWER = 1;
  private static final int PRESENTATION_ERROR = 2;
  private static final int FAIL = 3;
  private static final int DIRT = 4;
  private static final int POINTS = 7;
  private static final int UNEXPECTED_EOF = 8;

  /** No exponent, no sign, no nan: testlib writes points with at most ten decimals. */
  private static final Pattern WITH_POINTS =
      Pattern.compile("points ([0-9]{1,12}(?:\\.[0-9]{1,12})?)(?:\\s.*|)", Pattern.DOTALL);

  private TestlibExit() {}

  /**
   * Judges by how a checker or an interactor ended.
   *
   * @param most points that the test is worth
   */
  public static CheckResult read(RunResult result, BigDecimal most) {
    byte[] stderr = result.stderr().bytes();
    byte[] comment = Arrays.copyOf(stderr, Math.min(stderr.length, COMMENT_BYTES));
    Integer status = result.exitCode();
    boolean byItself = result.verdict() == Verdict.OK || result.verdict() == Verdict.NONZERO_EXIT;
    if (!byItself || status == null) {
      return CheckResult.checkerError(
          ("it ended with " + result.verdict() + ": " + new String(comment, StandardCharsets.UTF_8))
              .strip());
    }
    return read(status, comment, most);
  }

  /**
   * Judges by how a checker ended by itself.
   *
   * @param status exit status, 0 to 255
   * @param stderr the first bytes of standard error
   * @param most points that the test is worth
   */
  public static CheckResult read(int status, byte[] stderr, BigDecimal most) {
    String comment = new String(stderr, StandardCharsets.UTF_8).strip();
    return switch (status) {
      case OK -> new CheckResult(JudgeVerdict.ACCEPTED, null, comment);
      case WRONG_ANSWER -> CheckResult.wrong(comment);
      case PRESENTATION_ERROR, DIRT, UNEXPECTED_EOF -> CheckResult.malformed(comment);
      case POINTS -> points(comment, most);
      case FAIL -> CheckResult.checkerError(comment);
      default ->
          CheckResult.checkerError(
              "exit status " + status + " means nothing to testlib: " + comment);
    };
  }

  private static CheckResult points(String comment, BigDecimal most) {
    Matcher matcher = WITH_POINTS.matcher(comment);
    if (!matcher.matches()) {
      return CheckResult.checkerError(
          "exit status 7 needs a standard error that begins with points and a number: " + comment);
    }
    BigDecimal points = new BigDecimal(matcher.group(1));
    if (points.compareTo(most) > 0) {
      return CheckResult.checkerError(
          "gave more than the " + most.toPlainString() + " that the test is worth: " + comment);
    }
    if (points.compareTo(most) == 0) {
      return new CheckResult(JudgeVerdict.ACCEPTED, null, comment);
    }
    return points.signum() == 0
        ? CheckResult.wrong(comment)
        : new CheckResult(JudgeVerdict.PARTIAL, points, comment);
  }
}
