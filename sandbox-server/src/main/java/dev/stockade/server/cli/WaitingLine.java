package dev.stockade.server.cli;

import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * What is being waited for, and how many seconds already, on one line of a terminal; work that
 * takes less than a second leaves no trace.
 */
final class WaitingLine implements AutoCloseable {
  private static final long SECOND_MILLIS = 1000;
  private static final long SECOND_NANOS = 1_000_000_000;

  private final PrintStream terminal;
  private final String what;
  private final boolean shown;
  private boolean over;
  private boolean written;

  /** Shows nothing where standard error is no terminal. */
  WaitingLine(Streams streams, String what) {
    this.terminal = streams.messages();
    this.what = what;
    this.shown = streams.errIsTerminal();
    if (shown) {
      Thread clock = new Thread(this::count, "stockade-waiting");
      clock.setDaemon(true);
      clock.start();
    }
  }

  /** Says what is being waited for while the work is done. */
  static <T> T during(Streams streams, String what, Supplier<T> work) {
    WaitingLine line = new WaitingLine(streams, what);
    try {
      return work.get();
    } finally {
      line.close();
    }
  }

  private synchronized void count() {
    long start = System.nanoTime();
    try {
      while (!over) {
        wait(SECOND_MILLIS);
        if (!over) {
          long seconds = (System.nanoTime() - start) / SECOND_NANOS;
          terminal.print(ProgressBar.AGAIN + what + " ... " + seconds + " s");
          terminal.flush();
          written = true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts it; it ends all the same
    }
  }

  /** Leaves the line empty. */
  @Override
  public synchronized void close() {
    over = true;
    notifyAll();
    if (written) {
      written = false;
      terminal.print(ProgressBar.AGAIN);
      terminal.flush();
    }
  }
}
