package dev.stockade.server.judge;

import static dev.stockade.server.judge.JudgeVerdict.ACCEPTED;
import static dev.stockade.server.judge.JudgeVerdict.PRESENTATION_ERROR;
import static dev.stockade.server.judge.JudgeVerdict.WRONG_ANSWER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CheckersTest {
  private static final Checker EXACT = new ExactChecker();
  private static final Checker LINES = new LinesChecker();
  private static final Checker TOKENS = new TokensChecker();
  private static final Checker UNORDERED = new UnorderedLinesChecker();

  static Stream<Arguments> cases() {
    return Stream.of(
        row(EXACT, "a\n", "a\n", ACCEPTED, ""),
        row(EXACT, "", "", ACCEPTED, ""),
        row(EXACT, "a", "a\n", PRESENTATION_ERROR, "byte 2 differs"),
        row(EXACT, "a b", "ab", WRONG_ANSWER, "byte 2 differs"),
        row(LINES, "a \t\r\nb\n\n\n", "a\nb", ACCEPTED, ""),
        row(LINES, "a\n\nb", "a\nb", PRESENTATION_ERROR, "line 2 differs"),
        row(LINES, " a", "a", PRESENTATION_ERROR, "line 1 differs"),
        row(LINES, "a\nb\n", "a\n", WRONG_ANSWER, "line 2 differs"),
        row(LINES, "a\n", "a\n\n\nb", WRONG_ANSWER, "line 4 differs"),
        row(LINES, "a\n", "a\n\n\n", ACCEPTED, ""),
        row(LINES, "", "\n \n", ACCEPTED, ""),
        row(LINES, "1 2\n3", "1\n2 3", PRESENTATION_ERROR, "line 1 differs"),
        row(TOKENS, "\n1  2\t3", "1\n2 3\n", ACCEPTED, ""),
        row(TOKENS, "1 2", "1 2 3", WRONG_ANSWER, "word 3 is missing"),
        row(TOKENS, "1 2 3", "1 2", WRONG_ANSWER, "word 3 is one too many"),
        row(TOKENS, "1 3", "1 2", WRONG_ANSWER, "word 2 differs"),
        row(TOKENS, "ab", "a b", WRONG_ANSWER, "word 1 differs"),
        row(UNORDERED, "b \n\na\nb", "a\nb\nb", ACCEPTED, ""),
        row(UNORDERED, "a\na\nb", "a\nb\nb", WRONG_ANSWER, "some lines differ"),
        row(UNORDERED, "2  1\n3", "3\n2 1", PRESENTATION_ERROR, "lines differ in their blanks"),
        row(UNORDERED, "a", "a\nb", WRONG_ANSWER, "some lines are missing"),
        row(UNORDERED, "a\nb", "a", WRONG_ANSWER, "there are too many lines"),
        row(new NoChecker(), "x", "y", ACCEPTED, ""),
        row(floats("0.01", "0"), "1.01", "1", ACCEPTED, ""),
        row(
            floats("0.01", "0"),
            "1.0100000000000000000000000001",
            "1",
            WRONG_ANSWER,
            "word 1 differs"),
        row(floats("0.01", "0"), "0.99 1e0", "1 +1.", ACCEPTED, ""),
        row(floats("0", "0.01"), "101 -101", "100 -100", ACCEPTED, ""),
        row(floats("0", "0.01"), "102", "100", WRONG_ANSWER, "word 1 differs"),
        row(floats("0", "0.01"), "0.001", "0", WRONG_ANSWER, "word 1 differs"),
        row(floats("0", "0"), "-0 1.50 .5 1E+2", "0 1.5 0.5 100", ACCEPTED, ""),
        row(
            floats("0", "0"),
            "9007199254740993",
            "9007199254740992",
            WRONG_ANSWER,
            "word 1 differs"),
        row(floats("1", "1"), "nan", "1", WRONG_ANSWER, "word 1 differs"),
        row(floats("1", "1"), "1", "inf", WRONG_ANSWER, "word 1 differs"),
        row(floats("1", "1"), "1e999999999", "1", WRONG_ANSWER, "word 1 differs"),
        row(floats("1", "1"), "YES 1", "YES 2", ACCEPTED, ""),
        row(floats("1", "1"), "Yes", "YES", WRONG_ANSWER, "word 1 differs"),
        row(floats("1", "1"), "1", "1 1", WRONG_ANSWER, "word 2 is missing"));
  }

  private static Checker floats(String absolute, String relative) {
    return new FloatsChecker(new BigDecimal(absolute), new BigDecimal(relative));
  }

  private static Arguments row(
      Checker checker, String output, String expected, JudgeVerdict verdict, String comment) {
    return Arguments.of(checker, output, expected, verdict, comment);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void verdictAndComment(
      Checker checker, String output, String expected, JudgeVerdict verdict, String comment) {
    CheckResult result = checker.check(bytes(output), bytes(expected));
    assertEquals(new CheckResult(verdict, null, comment), result);
  }

  /** Bytes that are no text in any encoding are bytes like others. */
  @Test
  void outputNeedsNoEncoding() {
    byte[] output = {(byte) 0xff, ' ', 0, (byte) 0xc3};
    byte[] same = {(byte) 0xff, '\t', '\n', 0, (byte) 0xc3};
    byte[] other = {(byte) 0xff, ' ', 0, (byte) 0xc2};
    assertEquals(ACCEPTED, TOKENS.check(output, same).verdict());
    assertEquals(PRESENTATION_ERROR, LINES.check(output, same).verdict());
    assertEquals(WRONG_ANSWER, LINES.check(output, other).verdict());
    assertEquals(WRONG_ANSWER, EXACT.check(output, other).verdict());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
