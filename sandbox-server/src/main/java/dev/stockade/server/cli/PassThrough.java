package dev.stockade.server.cli;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Hands a program's output on, byte for byte, and says so when nobody takes it any more. */
final class PassThrough extends OutputStream {
  private final OutputStream target;
  private final Runnable whenBroken;
  private volatile @Nullable IOException failure;
  private volatile boolean midLine;

  /**
   * @param whenBroken called once, when the target fails
   */
  PassThrough(OutputStream target, Runnable whenBroken) {
    this.target = target;
    this.whenBroken = whenBroken;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      target.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      whenBroken.run();
      throw e;
    }
    if (length > 0) {
      midLine = bytes[offset + length - 1] != '\n';
    }
  }

  /** Why the target takes nothing any more; {@code null} while it does. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Whether the last byte that was written did not end a line. */
  boolean isMidLine() {
    return midLine;
  }
}
