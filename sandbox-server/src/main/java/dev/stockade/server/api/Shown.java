package dev.stockade.server.api;

import java.util.Locale;

/** Text from a client, made fit for a message: printable, on one line, bounded. */
final class Shown {
  private static final int MOST = 80;

  private Shown() {}

  /** In double quotes. */
  static String of(String text) {
    return '"' + plain(text) + '"';
  }

  /** A key or name as a part of a field's path; the empty one is two quotes. */
  static String key(String key) {
    return key.isEmpty() ? of(key) : plain(key);
  }

  /** Without quotes. */
  static String plain(String text) {
    StringBuilder shown = new StringBuilder();
    int[] codePoints = text.codePoints().limit(MOST + 1L).toArray();
    for (int i = 0; i < Math.min(codePoints.length, MOST); i++) {
      append(shown, codePoints[i]);
    }
    return shown.append(codePoints.length > MOST ? "…" : "").toString();
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
