package dev.stockade.core.run;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;

/** Bytes on their way to a program, through a pipe or a terminal that does not block. */
final class Piece {
  private final byte[] bytes;
  private int done;

  Piece(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Writes what there is room for.
   *
   * @param gone the error that says that nobody reads any more
   * @return false when nobody reads any more
   */
  boolean writeTo(Fd out, NativeBuffer buffer, Errno gone) {
    while (!isDone()) {
      int length = Math.min(buffer.length(), bytes.length - done);
      buffer.put(bytes, done, length);
      int written;
      try {
        written = Sys.write(out, buffer, length);
      } catch (SystemCallException e) {
        if (!e.is(gone)) {
          throw e;
        }
        return false;
      }
      if (written < 0) {
        return true;
      }
      done += written;
    }
    return true;
  }

  /** Whether all of it has been written. */
  boolean isDone() {
    return done == bytes.length;
  }

  /** Its last byte; there is one. */
  byte last() {
    return bytes[bytes.length - 1];
  }
}
