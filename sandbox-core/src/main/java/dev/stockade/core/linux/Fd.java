package dev.stockade.core.linux;

import java.util.concurrent.atomic.AtomicInteger;

/** An open file descriptor with one owner, who closes it; closing twice does nothing. */
public final class Fd implements AutoCloseable {
  private final AtomicInteger number;

  Fd(int number) {
    this.number = new AtomicInteger(number);
  }

  /** The number, while open. */
  public int number() {
    int open = number.get();
    if (open < 0) {
      throw new IllegalStateException("this descriptor is closed");
    }
    return open;
  }

  public boolean isOpen() {
    return number.get() >= 0;
  }

  @Override
  public void close() {
    int open = number.getAndSet(-1);
    if (open >= 0) {
      Sys.close(open);
    }
  }

  @Override
  public String toString() {
    return "fd " + number.get();
  }
}
