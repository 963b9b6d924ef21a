package dev.stockade.server.judge;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as programs write them: sign, digits with or without a point, exponent. Everything else
 * is no number: {@code nan}, {@code inf}, hexadecimal, and what is longer than {@value
 * #MOST_CHARACTERS} characters or has an exponent beyond ±{@value #MOST_EXPONENT}, which would cost
 * more to compare than it is worth.
 */
final class DecimalText {
  static final int MOST_CHARACTERS = 1000;
  static final int MOST_EXPONENT = 1000;

  private final byte[] text;
  private final int end;
  private int at;

  private DecimalText(byte[] text, int from, int to) {
    this.text = text;
    this.at = from;
    this.end = to;
  }

  /** The number that the bytes are; {@code null} when they are none. */
  static @Nullable BigDecimal read(byte[] text, int from, int to) {
    if (to - from > MOST_CHARACTERS || !new DecimalText(text, from, to).isNumber()) {
      return null;
    }
    return new BigDecimal(new String(text, from, to - from, StandardCharsets.US_ASCII));
  }

  private boolean isNumber() {
    skipSign();
    int digits = skipDigits();
    if (at < end && text[at] == '.') {
      at++;
      digits += skipDigits();
    }
    if (digits == 0) {
      return false;
    }
    if (at < end && (text[at] == 'e' || text[at] == 'E')) {
      at++;
      return isExponent();
    }
    return at == end;
  }

  private boolean isExponent() {
    skipSign();
    int first = at;
    int value = 0;
    while (at < end && isDigit(text[at]) && value <= MOST_EXPONENT) {
      value = value * 10 + (text[at] - '0');
      at++;
    }
    return at > first && at == end && value <= MOST_EXPONENT;
  }

  private void skipSign() {
    if (at < end && (text[at] == '+' || text[at] == '-')) {
      at++;
    }
  }

  private int skipDigits() {
    int first = at;
    while (at < end && isDigit(text[at])) {
      at++;
    }
    return at - first;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
