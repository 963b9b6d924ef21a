package dev.stockade.server.judge;

/** What separates words: the bytes that {@code isspace(3)} names in the C locale. */
final class Blanks {
  private Blanks() {}

  static boolean isBlank(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }
}
