package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnitsTest {
  private static final char QUOTE = '\'';

  @ParameterizedTest
  @CsvSource({
    "2s, 2000000000",
    "500ms, 500000000",
    "250us, 250000",
    "7ns, 7",
    "1m, 60000000000",
    "1h, 3600000000000",
    "1m30s, 90000000000",
    "1h2m3s4ms5us6ns, 3723004005006",
    "90s, 90000000000",
    "0s, 0",
    "007s, 7000000000",
    "9223372036854775807ns, 9223372036854775807",
  })
  void durationsAreReadInNanoseconds(String text, long nanos) {
    assertEquals(Duration.ofNanos(nanos), Durations.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = QUOTE,
      value = {
        "'' | '\"\" is blank; write \"2s\" or \"500ms\"'",
        "'  ' | '\"  \" is blank; write \"2s\" or \"500ms\"'",
        "2 | '\"2\" has no unit; write \"2s\" or \"500ms\"'",
        "1m30 | '\"1m30\" has no unit; write \"2s\" or \"500ms\"'",
        "-2s | '\"-2s\" is negative; a duration is 0 or more'",
        "1.5s | '\"1.5s\" has a fraction; write a smaller unit, as in \"1500ms\"'",
        "2x | '\"2x\" has an unknown unit \"x\"; the units are h, m, s, ms, us, ns'",
        "2S | '\"2S\" has an unknown unit \"S\"; the units are h, m, s, ms, us, ns'",
        "'2 s' | '\"2 s\" has a space in it; write the unit right behind the number'",
        "'2s ' | '\"2s \" has a space in it; write the unit right behind the number'",
        "' 2s' | '\" 2s\" is not a duration; write \"2s\" or \"500ms\"'",
        "+2s | '\"+2s\" is not a duration; write \"2s\" or \"500ms\"'",
        "s | '\"s\" is not a duration; write \"2s\" or \"500ms\"'",
        "forever | '\"forever\" is not a duration; write \"2s\" or \"500ms\"'",
        "1.s | '\"1.s\" is not a duration; write \"2s\" or \"500ms\"'",
        "30s1m | '\"30s1m\" must have its units from large to small, each once'",
        "1s1s | '\"1s1s\" must have its units from large to small, each once'",
        "1s1s1s1s1s1s1s | '\"1s1s1s1s1s1s1s\" is not a duration; write \"2s\" or \"500ms\"'",
        "9223372036854775808ns | '\"9223372036854775808ns\" is too long; the longest is"
            + " 2562047h47m16s854ms775us807ns'",
        "99999999999999999999h | '\"99999999999999999999h\" is too long; the longest is"
            + " 2562047h47m16s854ms775us807ns'",
        "\u0661s | '\"\u0661s\" is not a duration; write \"2s\" or \"500ms\"'",
      },
      delimiter = '|')
  void otherTextIsNoDuration(String text, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "256MiB, 268435456",
    "1MB, 1000000",
    "64KiB, 65536",
    "10B, 10",
    "1KB, 1000",
    "3GiB, 3221225472",
    "3GB, 3000000000",
    "2TiB, 2199023255552",
    "2TB, 2000000000000",
    "0B, 0",
    "9223372036854775807B, 9223372036854775807",
  })
  void sizesAreReadInBytes(String text, long bytes) {
    assertEquals(ByteSize.ofBytes(bytes), ByteSize.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = QUOTE,
      value = {
        "'' | '\"\" is blank; write \"256MiB\" or \"64KiB\"'",
        "256 | '\"256\" has no unit; write \"256MiB\" or \"64KiB\"'",
        "-1B | '\"-1B\" is negative; a size is 0 or more'",
        "1.5GiB | '\"1.5GiB\" has a fraction; write a smaller unit, as in \"1536KiB\"'",
        "256M | '\"256M\" has an unknown unit \"M\"; the units are TiB, TB, GiB, GB, MiB, MB, KiB,"
            + " KB, B'",
        "1mib | '\"1mib\" has an unknown unit \"mib\"; the units are TiB, TB, GiB, GB, MiB, MB,"
            + " KiB, KB, B'",
        "1MiB5B | '\"1MiB5B\" is not a size; write \"256MiB\" or \"64KiB\"'",
        "0x10B | '\"0x10B\" is not a size; write \"256MiB\" or \"64KiB\"'",
        "1e3B | '\"1e3B\" is not a size; write \"256MiB\" or \"64KiB\"'",
        "8388608TiB | '\"8388608TiB\" is too large; the largest is 9223372036854775807B'",
        "9223372036854775808B | '\"9223372036854775808B\" is too large; the largest is"
            + " 9223372036854775807B'",
      },
      delimiter = '|')
  void otherTextIsNoSize(String text, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
    assertEquals(message, e.getMessage());
  }

  @Test
  void whatIsQuotedInAMessageIsOneBoundedLine() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ByteSize.parse("\n\u0007\u202e\"" + "x".repeat(999)));
    assertEquals(
        "\"\\u{a}\\u{7}\\u{202e}\\\""
            + "x".repeat(56)
            + "…\" is not a size; write \"256MiB\" or \"64KiB\"",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"90, 1m30s", "3600, 1h", "0, 0s", "10, 10s", "3661, 1h1m1s"})
  void durationsAreShownShort(long seconds, String text) {
    assertEquals(text, Durations.render(Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @CsvSource({"0, 0B", "1, 1B", "1024, 1KiB", "1000, 1KB", "1536, 1536B", "268435456, 256MiB"})
  void sizesAreShownInTheirLargestUnit(long bytes, String text) {
    assertEquals(text, ByteSize.ofBytes(bytes).toString());
  }
}
