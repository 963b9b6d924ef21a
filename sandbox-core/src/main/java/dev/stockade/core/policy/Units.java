package dev.stockade.core.policy;

import dev.stockade.core.yaml.Quote;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whole numbers with units, as text: {@code 256MiB}, {@code 1m30s}.
 *
 * @param noun what such a text is called in messages
 * @param example what the message about a missing unit tells to write
 * @param fraction what the message about a fraction tells to write
 * @param units each unit's worth in the smallest, large to small; the smallest is worth 1
 */
record Units(String noun, String example, String fraction, Map<String, Long> units) {
  private static final Pattern PART = Pattern.compile("([0-9]+)(\\.[0-9]+)?([^0-9.]*)");

  Units {
    units = Collections.unmodifiableMap(new LinkedHashMap<>(units));
  }

  /** A number and its unit, as written. */
  private record Part(BigInteger number, String unit) {}

  /**
   * The sum of a text's parts in the smallest unit, of which there may be at most {@code
   * mostParts}, from large units to small.
   */
  BigInteger parse(String text, int mostParts) {
    if (text.isBlank()) {
      throw bad(text, "is blank; write " + example);
    }
    if (text.startsWith("-")) {
      throw bad(text, "is negative; a " + noun + " is 0 or more");
    }
    List<Part> parts = split(text);
    if (parts.size() > mostParts) {
      throw malformed(text);
    }
    BigInteger sum = BigInteger.ZERO;
    long last = Long.MAX_VALUE;
    for (Part part : parts) {
      Long worth = units.get(part.unit());
      if (worth == null) {
        throw bad(
            text,
            "has an unknown unit "
                + Quote.of(part.unit())
                + "; the units are "
                + String.join(", ", units.keySet()));
      }
      if (worth >= last) {
        throw bad(text, "must have its units from large to small, each once");
      }
      last = worth;
      sum = sum.add(part.number().multiply(BigInteger.valueOf(worth)));
    }
    return sum;
  }

  private List<Part> split(String text) {
    List<Part> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(text);
    int end = 0;
    while (end < text.length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw malformed(text);
      }
      if (matcher.group(2) != null) {
        throw bad(text, "has a fraction; write a smaller unit, as in " + fraction);
      }
      String unit = matcher.group(3);
      if (unit.isEmpty() && matcher.end() < text.length()) {
        throw malformed(text);
      }
      if (unit.isEmpty()) {
        throw bad(text, "has no unit; write " + example);
      }
      if (!unit.strip().equals(unit)) {
        throw bad(text, "has a space in it; write the unit right behind the number");
      }
      parts.add(new Part(new BigInteger(matcher.group(1)), unit));
      end = matcher.end();
    }
    return parts;
  }

  private IllegalArgumentException malformed(String text) {
    return bad(text, "is not a " + noun + "; write " + example);
  }

  private static IllegalArgumentException bad(String text, String problem) {
    return new IllegalArgumentException(Quote.of(text) + " " + problem);
  }
}
