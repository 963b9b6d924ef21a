package dev.stockade.server.selftest;

import dev.stockade.core.yaml.Syntax;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a measured number must be: {@code 0}, {@code at least 1}, {@code at most 16MiB}, {@code at
 * most 33 or unknown}.
 *
 * @param value in the smallest unit: a count, bytes, nanoseconds
 * @param orUnknown whether a host that does not count it is excused
 */
public record Bound(Kind kind, long value, boolean orUnknown) {
  /** How the number is compared. */
  public enum Kind {
    EXACTLY,
    AT_LEAST,
    AT_MOST
  }

  private static final Pattern TEXT = Pattern.compile("(at least |at most )?(\\S+)( or unknown)?");

  /**
   * The bound that a text means.
   *
   * @param number reads the number with its unit; throws IllegalArgumentException
   */
  static Bound parse(String text, Function<String, Long> number) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw Syntax.bad(
          text, "is no bound; write \"at least 1\", \"at most 2 or unknown\" or \"0\"");
    }
    Kind kind =
        matcher.group(1) == null
            ? Kind.EXACTLY
            : matcher.group(1).equals("at least ") ? Kind.AT_LEAST : Kind.AT_MOST;
    return new Bound(kind, number.apply(matcher.group(2)), matcher.group(3) != null);
  }

  boolean admits(@Nullable Long measured) {
    if (measured == null) {
      return orUnknown;
    }
    return switch (kind) {
      case EXACTLY -> measured == value;
      case AT_LEAST -> measured >= value;
      case AT_MOST -> measured <= value;
    };
  }

  @Override
  public String toString() {
    String words = kind == Kind.EXACTLY ? "" : kind.name().toLowerCase(Locale.ROOT) + " ";
    return words.replace('_', ' ') + value + (orUnknown ? " or unknown" : "");
  }
}
