package dev.stockade.core.yaml;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * How a single value is written.
 *
 * @param parse throws {@link IllegalArgumentException} with a sentence about the text
 * @param render text that {@code parse} reads as the same value
 */
public record Syntax<T>(Function<String, T> parse, Function<T, String> render) {
  public static final Syntax<String> TEXT = new Syntax<>(text -> text, text -> text);
  public static final Syntax<Boolean> BOOLEAN =
      new Syntax<>(Syntax::truth, b -> Boolean.toString(b));
  public static final Syntax<Integer> INT =
      new Syntax<>(text -> (int) whole(text, Integer.MAX_VALUE), n -> Integer.toString(n));
  public static final Syntax<Long> LONG =
      new Syntax<>(text -> whole(text, Long.MAX_VALUE), n -> Long.toString(n));
  public static final Syntax<Double> DECIMAL =
      new Syntax<>(
          Syntax::decimal, d -> BigDecimal.valueOf(d).stripTrailingZeros().toPlainString());

  /** The lower-case names of an enum's constants. */
  public static <E extends Enum<E>> Syntax<E> choice(Class<E> type) {
    return new Syntax<>(
        text -> {
          List<String> names = new ArrayList<>();
          for (E constant : type.getEnumConstants()) {
            if (lower(constant).equals(text)) {
              return constant;
            }
            names.add(lower(constant));
          }
          throw bad(text, "is not one of " + String.join(", ", names));
        },
        Syntax::lower);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(text, "is neither true nor false");
    };
  }

  private static long whole(String text, long most) {
    if (!text.matches("[0-9]+")) {
      throw bad(text, "is not a whole number of 0 or more");
    }
    if (text.length() > 19 || Long.compareUnsigned(Long.parseUnsignedLong(text), most) > 0) {
      throw bad(text, "is too large; the most is " + most);
    }
    return Long.parseLong(text);
  }

  private static double decimal(String text) {
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,20})?")) {
      throw bad(text, "is not a number such as 1 or 0.5");
    }
    return Double.parseDouble(text);
  }

  /** What {@code parse} throws: the text in quotes, then the problem. */
  public static IllegalArgumentException bad(String text, String problem) {
    return new IllegalArgumentException(Quote.of(text) + " " + problem);
  }
}
