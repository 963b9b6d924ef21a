package dev.stockade.core.policy;

import dev.stockade.core.yaml.Quote;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Durations as people write them: {@code 2s}, {@code 500ms}, {@code 1m30s}.
 *
 * <p>The units are {@code h m s ms us ns}, whole numbers only, from large to small. A number
 * without a unit is refused rather than guessed.
 */
public final class Durations {
  /** The longest there is: what a count of nanoseconds can hold, some 292 years. */
  static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private static final Map<String, Long> NANOS = new LinkedHashMap<>();

  static {
    NANOS.put("h", 3_600_000_000_000L);
    NANOS.put("m", 60_000_000_000L);
    NANOS.put("s", 1_000_000_000L);
    NANOS.put("ms", 1_000_000L);
    NANOS.put("us", 1_000L);
    NANOS.put("ns", 1L);
  }

  private static final Units UNITS =
      new Units("duration", "\"2s\" or \"500ms\"", "\"1500ms\"", NANOS);

  private Durations() {}

  /**
   * The duration that a text means.
   *
   * @throws IllegalArgumentException with a sentence about the text, such as {@code "2" has no
   *     unit; write "2s" or "500ms"}
   */
  public static Duration parse(String text) {
    BigInteger nanos = UNITS.parse(text, NANOS.size());
    if (nanos.bitLength() > Long.SIZE - 1) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is too long; the longest is " + render(LONGEST));
    }
    return Duration.ofNanos(nanos.longValueExact());
  }

  /** The shortest text that {@link #parse} reads as this duration, which is 0 or more. */
  public static String render(Duration duration) {
    long rest = duration.toNanos();
    if (rest < 0) {
      throw new IllegalArgumentException("a duration is 0 or more: " + duration);
    }
    if (rest == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Long> unit : NANOS.entrySet()) {
      long number = rest / unit.getValue();
      if (number > 0) {
        text.append(number).append(unit.getKey());
        rest -= number * unit.getValue();
      }
    }
    return text.toString();
  }
}
