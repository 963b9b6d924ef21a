package dev.stockade.server.cli;

import java.io.PrintStream;

/** How far something is, on one line of a terminal that is written again and again. */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 24;
  private static final int LABEL = 52;

  /** Back to the line's start; behind it, erase to the line's end: console_codes(4). */
  static final String AGAIN = "\r\u001b[K";

  private final PrintStream terminal;
  private final boolean shown;

  /** Shows nothing where standard error is no terminal. */
  ProgressBar(Streams streams) {
    this.terminal = streams.messages();
    this.shown = streams.errIsTerminal();
  }

  void show(int done, int all, String what) {
    if (shown) {
      terminal.print(AGAIN + line(done, all, what));
      terminal.flush();
    }
  }

  /** At most 80 columns. */
  static String line(int done, int all, String what) {
    int full = all == 0 ? WIDTH : (int) ((long) done * WIDTH / all);
    String label = what.length() > LABEL ? what.substring(0, LABEL - 1) + "…" : what;
    return "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + label;
  }

  /** Leaves the line empty. */
  @Override
  public void close() {
    if (shown) {
      terminal.print(AGAIN);
      terminal.flush();
    }
  }
}
