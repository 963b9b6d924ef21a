package dev.stockade.server.judge;

import static dev.stockade.server.judge.JudgeVerdict.ACCEPTED;
import static dev.stockade.server.judge.JudgeVerdict.PRESENTATION_ERROR;
import static dev.stockade.server.judge.JudgeVerdict.WRONG_ANSWER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** What holds between the checkers, whatever the bytes are. */
class CheckerProperties {
  private static final Checker FLOATS =
      new FloatsChecker(new BigDecimal("1e-6"), new BigDecimal("1e-6"));

  /** From the strictest to the most lenient, in three chains. */
  private static final List<List<Checker>> CHAINS =
      List.of(
          List.of(new ExactChecker(), new LinesChecker(), new TokensChecker(), FLOATS),
          List.of(new ExactChecker(), new LinesChecker(), new UnorderedLinesChecker()),
          List.of(FLOATS, new NoChecker()));

  /** Two texts that are often equal but for a few bytes. */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point; pairs are never compared
  record Pair(byte[] output, byte[] expected) {
    @Override
    public String toString() {
      return Arrays.toString(output) + " for " + Arrays.toString(expected);
    }
  }

  @Provide
  Arbitrary<Pair> pairs() {
    Arbitrary<byte[]> texts =
        Arbitraries.bytes()
            .between((byte) -128, (byte) 127)
            .array(byte[].class)
            .ofMaxSize(12)
            .flatMap(
                any ->
                    Arbitraries.of(
                            (byte) ' ',
                            (byte) '\n',
                            (byte) 'a',
                            (byte) '1',
                            (byte) '\r',
                            any.length == 0 ? (byte) -1 : any[0])
                        .array(byte[].class)
                        .ofMaxSize(12));
    return Combinators.combine(
            texts, texts, Arbitraries.integers().between(0, 12), texts.filter(t -> t.length < 4))
        .as(
            (first, other, at, piece) ->
                other.length < 3
                    ? new Pair(first, other)
                    : new Pair(insert(first, at, piece), first));
  }

  private static byte[] insert(byte[] text, int at, byte[] piece) {
    int place = Math.min(at, text.length);
    byte[] result = Arrays.copyOf(text, text.length + piece.length);
    System.arraycopy(piece, 0, result, place, piece.length);
    System.arraycopy(text, place, result, place + piece.length, text.length - place);
    return result;
  }

  /** An expected output that comes in pieces is as good as one that is there. */
  @Property(tries = 20_000)
  void piecesMakeNoDifference(
      @ForAll("pairs") Pair pair, @ForAll @IntRange(min = 1, max = 5) int longest)
      throws IOException {
    InputStream expected =
        new ByteArrayInputStream(pair.expected()) {
          @Override
          public synchronized int read(byte[] to, int offset, int length) {
            return super.read(to, offset, Math.min(length, longest));
          }
        };
    for (Checker checker : List.of(new ExactChecker(), new NoChecker(), new LinesChecker())) {
      expected.reset();
      assertEquals(
          checker.check(pair.output(), pair.expected()), checker.check(pair.output(), expected));
    }
  }

  @Property(tries = 20_000)
  void whatAStricterCheckerAcceptsALaxerOneAcceptsToo(@ForAll("pairs") Pair pair) {
    for (List<Checker> chain : CHAINS) {
      boolean accepted = false;
      for (Checker checker : chain) {
        boolean now = checker.check(pair.output(), pair.expected()).verdict() == ACCEPTED;
        assertTrue(now || !accepted, checker::toString);
        accepted = now;
      }
    }
    boolean lines = new LinesChecker().check(pair.output(), pair.expected()).verdict() == ACCEPTED;
    Statistics.label("lines")
        .collect(lines)
        .coverage(
            coverage -> {
              coverage.check(true).percentage(percentage -> percentage > 5);
              coverage.check(false).percentage(percentage -> percentage > 5);
            });
  }

  @Property(tries = 20_000)
  void presentationErrorIsExactlyThatTheWordsAreRight(@ForAll("pairs") Pair pair) {
    boolean words = new TokensChecker().check(pair.output(), pair.expected()).verdict() == ACCEPTED;
    for (Checker checker : List.of(new ExactChecker(), new LinesChecker())) {
      JudgeVerdict verdict = checker.check(pair.output(), pair.expected()).verdict();
      if (verdict != ACCEPTED) {
        assertEquals(words ? PRESENTATION_ERROR : WRONG_ANSWER, verdict);
      }
    }
  }

  /** The same, by way of strings: Java's own splitting, one character for one byte. */
  @Property(tries = 20_000)
  void checkersAgreeWithStrings(@ForAll("pairs") Pair pair) {
    String a = new String(pair.output(), StandardCharsets.ISO_8859_1);
    String b = new String(pair.expected(), StandardCharsets.ISO_8859_1);
    check(new ExactChecker(), pair, a.equals(b));
    check(new LinesChecker(), pair, lines(a).equals(lines(b)));
    check(new TokensChecker(), pair, words(a).equals(words(b)));
    check(new UnorderedLinesChecker(), pair, sorted(lines(a)).equals(sorted(lines(b))));
  }

  /** Regression, of the strings above: {@code $} in a pattern also stands before a last NEL. */
  @Example
  void aBlankBeforeTheByteOfNelIsNotAtTheLinesEnd() {
    checkersAgreeWithStrings(new Pair(new byte[] {' ', (byte) 0x85}, new byte[] {(byte) 0x85}));
  }

  private static void check(Checker checker, Pair pair, boolean accepts) {
    CheckResult result = checker.check(pair.output(), pair.expected());
    assertEquals(accepts, result.verdict() == ACCEPTED, checker::toString);
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      lines.add(line.replaceAll("[ \\t-\\r]+\\z", ""));
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  private static List<String> sorted(List<String> lines) {
    return lines.stream().filter(line -> !line.isEmpty()).sorted().toList();
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split("[ \\t-\\r]+")).filter(word -> !word.isEmpty()).toList();
  }

  @Property
  void orderOfLinesMakesNoDifference(
      @ForAll("manyLines") List<String> lines, @ForAll Random random) {
    List<String> shuffled = new ArrayList<>(lines);
    Collections.shuffle(shuffled, random);
    byte[] output = String.join("\n", shuffled).getBytes(StandardCharsets.UTF_8);
    byte[] expected = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    assertEquals(CheckResult.accepted(), new UnorderedLinesChecker().check(output, expected));
  }

  @Provide
  Arbitrary<List<String>> manyLines() {
    return Arbitraries.strings().withCharRange('a', 'c').ofMaxLength(3).list().ofMaxSize(60);
  }

  /** Tolerance is a matter of distance: no side is favoured, and the relative one is the jury's. */
  @Property
  void floatsAreAMatterOfDistance(
      @ForAll("decimals") BigDecimal expected, @ForAll("decimals") BigDecimal distance) {
    FloatsChecker absolute = new FloatsChecker(distance.abs(), BigDecimal.ZERO);
    FloatsChecker relative = new FloatsChecker(BigDecimal.ZERO, distance.abs());
    BigDecimal most = expected.multiply(distance).abs();
    BigDecimal beyond = new BigDecimal("1e-40");
    for (int sign : new int[] {1, -1}) {
      BigDecimal side = BigDecimal.valueOf(sign);
      check(absolute, expected, distance.abs(), side, ACCEPTED);
      check(absolute, expected, distance.abs().add(beyond), side, WRONG_ANSWER);
      check(relative, expected, most, side, ACCEPTED);
      check(relative, expected, most.add(beyond), side, WRONG_ANSWER);
    }
  }

  private static void check(
      Checker checker, BigDecimal expected, BigDecimal by, BigDecimal side, JudgeVerdict verdict) {
    byte[] output = expected.add(by.multiply(side)).toString().getBytes(StandardCharsets.UTF_8);
    byte[] answer = expected.toString().getBytes(StandardCharsets.UTF_8);
    assertEquals(verdict, checker.check(output, answer).verdict());
  }

  @Provide
  Arbitrary<BigDecimal> decimals() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(-12, 12))
        .as(BigDecimal::valueOf);
  }
}
