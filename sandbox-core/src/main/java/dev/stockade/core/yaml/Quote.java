package dev.stockade.core.yaml;

import java.util.Locale;

/** Text from outside, made fit for a message: in quotes, on one line, bounded. */
public final class Quote {
  private static final int MOST_SHOWN = 60;

  private Quote() {}

  /** The text in double quotes; what cannot be printed is escaped, what is long is cut. */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder("\"");
    int count = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      if (count++ == MOST_SHOWN) {
        return shown.append("…\"").toString();
      }
      append(shown, text.codePointAt(i));
    }
    return shown.append('"').toString();
  }

  private static void append(StringBuilder shown, int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          shown.append(String.format(Locale.ROOT, "\\u{%x}", codePoint));
      default -> {
        if (codePoint == '"' || codePoint == '\\') {
          shown.append('\\');
        }
        shown.appendCodePoint(codePoint);
      }
    }
  }
}
