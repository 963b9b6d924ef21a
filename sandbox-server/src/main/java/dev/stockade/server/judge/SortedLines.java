package dev.stockade.server.judge;

import java.util.Arrays;

/**
 * The lines of a text that are not empty, in an order of their own: a sorted index of 4 bytes a
 * line (8 while it is being sorted), since a text may have millions of them.
 */
final class SortedLines {
  /** An order of lines; equal is what it makes no difference between. */
  interface Order {
    int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo);
  }

  static final Order BYTES = Arrays::compare;

  /** Makes no difference between blanks. */
  static final Order WORDS =
      (a, aFrom, aTo, b, bFrom, bTo) ->
          Tokens.compare(new Tokens(a, aFrom, aTo), new Tokens(b, bFrom, bTo));

  private final byte[] text;
  private int[] starts;
  private Order order = BYTES;

  SortedLines(byte[] text) {
    this.text = text;
    this.starts = new int[count(text)];
    Lines lines = new Lines(text);
    for (int i = 0; lines.next(); ) {
      if (!lines.isEmpty()) {
        starts[i++] = lines.from();
      }
    }
  }

  private static int count(byte[] text) {
    Lines lines = new Lines(text);
    int count = 0;
    while (lines.next()) {
      if (!lines.isEmpty()) {
        count++;
      }
    }
    return count;
  }

  int size() {
    return starts.length;
  }

  /** Sorts by merging, from pairs upwards: never slower than n log n, whatever the lines are. */
  SortedLines sort(Order by) {
    order = by;
    int[] from = starts;
    int[] to = new int[starts.length];
    for (long width = 1; width < starts.length; width *= 2) {
      for (long left = 0; left < starts.length; left += 2 * width) {
        merge(from, to, (int) left, at(left + width), at(left + 2 * width));
      }
      int[] merged = to;
      to = from;
      from = merged;
    }
    starts = from;
    return this;
  }

  private int at(long index) {
    return (int) Math.min(index, starts.length);
  }

  private void merge(int[] from, int[] to, int left, int middle, int right) {
    int a = left;
    int b = middle;
    for (int i = left; i < right; i++) {
      boolean first = a < middle && (b >= right || compare(from[a], this, from[b]) <= 0);
      to[i] = first ? from[a++] : from[b++];
    }
  }

  private int compare(int line, SortedLines other, int otherLine) {
    return order.compare(text, line, endOf(line), other.text, otherLine, other.endOf(otherLine));
  }

  /** Whether both, sorted alike, have equal lines. */
  boolean sameAs(SortedLines other) {
    if (size() != other.size()) {
      return false;
    }
    for (int i = 0; i < starts.length; i++) {
      if (compare(starts[i], other, other.starts[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Where a line ends, without the blanks at its end. */
  private int endOf(int start) {
    int end = start;
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    while (end > start && Blanks.isBlank(text[end - 1])) {
      end--;
    }
    return end;
  }
}
