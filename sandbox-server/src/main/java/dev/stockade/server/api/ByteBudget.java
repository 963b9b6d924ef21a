package dev.stockade.server.api;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of request bodies the server may hold at one time. Thread-safe. */
final class ByteBudget {
  private final AtomicLong left;

  ByteBudget(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /** A part of the budget, empty at first; closing it gives everything back, once. */
  Share open() {
    return new Share();
  }

  long left() {
    return left.get();
  }

  /** What one request holds, from its first byte until its job has ended. */
  final class Share implements AutoCloseable {
    private long held;
    private boolean closed;

    private Share() {}

    /** Takes more; false, and nothing taken, when that much is not left. */
    synchronized boolean grow(long bytes) {
      if (closed || left.getAndUpdate(now -> now < bytes ? now : now - bytes) < bytes) {
        return false;
      }
      held += bytes;
      return true;
    }

    @Override
    public synchronized void close() {
      closed = true;
      left.addAndGet(held);
      held = 0;
    }
  }
}
