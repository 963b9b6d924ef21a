package dev.stockade.server.judge;

import java.util.Arrays;

/** A cursor over the lines of a text, each without the blanks at its end. */
final class Lines {
  private final byte[] text;
  private int start;
  private int from;
  private int to;

  Lines(byte[] text) {
    this.text = text;
  }

  /** Goes to the next line; false, and at an empty line, when there is none. */
  boolean next() {
    from = start;
    to = start;
    if (start >= text.length) {
      return false;
    }
    while (to < text.length && text[to] != '\n') {
      to++;
    }
    start = Math.min(to + 1, text.length); // the last line may have no line feed
    while (to > from && Blanks.isBlank(text[to - 1])) {
      to--;
    }
    return true;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  boolean isEmpty() {
    return from == to;
  }

  boolean sameLine(Lines other) {
    return Arrays.equals(text, from, to, other.text, other.from, other.to);
  }
}
