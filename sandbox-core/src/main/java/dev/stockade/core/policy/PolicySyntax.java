package dev.stockade.core.policy;

import dev.stockade.core.yaml.Syntax;
import java.time.Duration;
import java.util.Locale;

/** How the values that only policies have are written. */
final class PolicySyntax {
  static final Syntax<Duration> DURATION = new Syntax<>(Durations::parse, Durations::render);
  static final Syntax<ByteSize> SIZE = new Syntax<>(ByteSize::parse, ByteSize::toString);
  static final Syntax<Integer> MODE =
      new Syntax<>(PolicySyntax::mode, mode -> String.format(Locale.ROOT, "0%03o", mode));
  static final Syntax<Long> WORD =
      new Syntax<>(PolicySyntax::word, word -> "0x" + Long.toHexString(word));

  private PolicySyntax() {}

  private static int mode(String text) {
    if (!text.matches("0[0-7]{3}")) {
      throw Syntax.bad(text, "is not a file mode of four octal digits, such as 0022");
    }
    return Integer.parseInt(text, 8);
  }

  private static long word(String text) {
    try {
      if (text.matches("0x[0-9a-fA-F]+")) {
        return Long.parseUnsignedLong(text.substring(2), 16);
      }
      if (text.matches("[0-9]+")) {
        return Long.parseUnsignedLong(text);
      }
    } catch (NumberFormatException e) {
      throw Syntax.bad(text, "does not fit in 64 bits");
    }
    throw Syntax.bad(text, "is not a number such as 10 or 0x7e020000");
  }
}
