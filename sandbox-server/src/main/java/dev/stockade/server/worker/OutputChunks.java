package dev.stockade.server.worker;

import dev.stockade.server.job.JobEvents;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A stream that passes on what is written to it in small pieces, none of which ends within a
 * character of UTF-8 as long as what is written is UTF-8.
 */
final class OutputChunks extends OutputStream {
  private static final int LONGEST_CHARACTER = 4;

  private final Consumer<byte[]> next;
  private byte[] begun = {};

  OutputChunks(Consumer<byte[]> next) {
    this.next = next;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    byte[] all = Arrays.copyOf(begun, begun.length + length);
    System.arraycopy(bytes, offset, all, begun.length, length);
    int from = 0;
    while (all.length - from > JobEvents.CHUNK_BYTES) {
      int to = whole(all, from, from + JobEvents.CHUNK_BYTES);
      next.accept(Arrays.copyOfRange(all, from, to));
      from = to;
    }
    int end = whole(all, from, all.length);
    if (end > from) {
      next.accept(Arrays.copyOfRange(all, from, end));
    }
    begun = Arrays.copyOfRange(all, end, all.length);
  }

  /** Where the last character that is not whole begins; {@code to} when all are, or none is one. */
  private static int whole(byte[] bytes, int from, int to) {
    for (int at = to - 1; at >= Math.max(from, to - LONGEST_CHARACTER + 1); at--) {
      int length = lengthOf(bytes[at]);
      if (length > 0) {
        return at + length > to ? at : to;
      }
    }
    return to;
  }

  /** Bytes of the character that begins with this one; 0 when none does. */
  private static int lengthOf(byte first) {
    int b = first & 0xff;
    if (b < 0x80) {
      return 1;
    }
    if (b < 0xc2 || b > 0xf4) {
      return 0;
    }
    return b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
  }

  /** Passes on what never became a character. */
  @Override
  public void close() {
    if (begun.length > 0) {
      next.accept(begun);
      begun = new byte[0];
    }
  }
}
