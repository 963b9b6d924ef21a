package dev.stockade.server.judge;

import java.util.Arrays;

/** A cursor over the words of a text: longest runs of bytes that are not {@link Blanks}. */
final class Tokens {
  private final byte[] text;
  private final int end;
  private int from;
  private int to;

  Tokens(byte[] text) {
    this(text, 0, text.length);
  }

  Tokens(byte[] text, int start, int end) {
    this.text = text;
    this.end = end;
    this.from = start;
    this.to = start;
  }

  /** Goes to the next word; false when there is none. */
  boolean next() {
    from = to;
    while (from < end && Blanks.isBlank(text[from])) {
      from++;
    }
    to = from;
    while (to < end && !Blanks.isBlank(text[to])) {
      to++;
    }
    return from < end;
  }

  byte[] text() {
    return text;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int compareWord(Tokens other) {
    return Arrays.compare(text, from, to, other.text, other.from, other.to);
  }

  /** Whether both texts have the same words in the same order. */
  static boolean same(byte[] a, byte[] b) {
    return compare(new Tokens(a), new Tokens(b)) == 0;
  }

  /** Compares the rest of both, word by word. */
  static int compare(Tokens a, Tokens b) {
    while (true) {
      boolean more = a.next();
      if (more != b.next()) {
        return more ? 1 : -1;
      }
      if (!more) {
        return 0;
      }
      int order = a.compareWord(b);
      if (order != 0) {
        return order;
      }
    }
  }
}
