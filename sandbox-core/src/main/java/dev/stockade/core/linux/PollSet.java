package dev.stockade.core.linux;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * An array of {@code struct pollfd { int fd; short events; short revents; }}, see poll(2). Not
 * thread-safe.
 */
public final class PollSet implements AutoCloseable {
  private static final int ENTRY = 8;
  private static final int TIMESPEC = 16;

  private final int size;
  private final NativeBuffer buffer;
  private final Pointer timeout;

  public PollSet(int size) {
    this.size = size;
    this.buffer = NativeBuffer.allocate(size * ENTRY + TIMESPEC);
    this.timeout = buffer.pointer().slice((long) size * ENTRY, TIMESPEC);
    for (int i = 0; i < size; i++) {
      ignore(i);
    }
  }

  /** Waits for these events of a descriptor in place {@code index}. */
  public void watch(int index, Fd fd, int events) {
    memory().putInt((long) index * ENTRY, fd.number());
    memory().putShort((long) index * ENTRY + 4, (short) events);
  }

  /** Empties place {@code index}. */
  public void ignore(int index) {
    memory().putInt((long) index * ENTRY, -1);
    memory().putInt((long) index * ENTRY + 4, 0);
  }

  /** What happened to place {@code index} in the last poll: POLLIN, POLLHUP, … */
  public int events(int index) {
    return memory().getShort((long) index * ENTRY + 6) & 0xffff;
  }

  int size() {
    return size;
  }

  Pointer memory() {
    return buffer.pointer();
  }

  /** {@code struct timespec}; {@code null} waits for ever. */
  @Nullable Pointer timeout(long nanos) {
    if (nanos < 0) {
      return null;
    }
    timeout.putLong(0, nanos / 1_000_000_000L);
    timeout.putLong(8, nanos % 1_000_000_000L);
    return timeout;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
