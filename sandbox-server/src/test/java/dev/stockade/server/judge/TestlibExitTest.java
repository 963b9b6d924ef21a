package dev.stockade.server.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestlibExitTest {
  private static final BigDecimal FIVE = new BigDecimal(5);

  private static CheckResult read(int status, String stderr) {
    return TestlibExit.read(status, stderr.getBytes(StandardCharsets.UTF_8), FIVE);
  }

  @ParameterizedTest
  @CsvSource({
    "0, ok 3 numbers, ACCEPTED",
    "1, wrong answer 1st number differs, WRONG_ANSWER",
    "2, wrong output format Unexpected end of file, PRESENTATION_ERROR",
    "3, FAIL answer is not optimal, CHECKER_ERROR",
    "4, wrong output format Extra information, PRESENTATION_ERROR",
    "7, points 5 all of it, ACCEPTED",
    "7, points 5.000, ACCEPTED",
    "7, points 0 nothing, WRONG_ANSWER",
    "8, unexpected eof, PRESENTATION_ERROR"
  })
  void statusesAreTestlibs(int status, String stderr, JudgeVerdict verdict) {
    assertEquals(new CheckResult(verdict, null, stderr), read(status, stderr + "\r\n"));
  }

  @Test
  void pointsInBetweenArePartialAndExact() {
    assertEquals(
        new CheckResult(JudgeVerdict.PARTIAL, new BigDecimal("0.1"), "points 0.1 a tenth\nor so"),
        read(7, "points 0.1 a tenth\nor so\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "7, points nan, 'exit status 7 needs a standard error that begins with points and a number: '",
    "7, points inf, 'exit status 7 needs a standard error that begins with points and a number: '",
    "7, points -1, 'exit status 7 needs a standard error that begins with points and a number: '",
    "7, points 1e400, 'exit status 7 needs a standard error that begins with points and a number: '",
    "7, points 0.5x, 'exit status 7 needs a standard error that begins with points and a number: '",
    "7, 0.5, 'exit status 7 needs a standard error that begins with points and a number: '",
    "7, points 5.1, 'gave more than the 5 that the test is worth: '",
    "5, hm, 'exit status 5 means nothing to testlib: '",
    "16, partially correct (0), 'exit status 16 means nothing to testlib: '",
    "139, '', 'exit status 139 means nothing to testlib: '"
  })
  void everythingElseIsTheCheckersFault(int status, String stderr, String comment) {
    assertEquals(
        new CheckResult(JudgeVerdict.CHECKER_ERROR, null, comment + stderr), read(status, stderr));
  }
}
