package dev.stockade.server.cli;

import java.io.PrintStream;

/** What is going on, on one line of a terminal that is written again and again. */
final class StatusLine implements AutoCloseable {
  /** Back to the line's start; behind it, erase to the line's end: console_codes(4). */
  private static final String AGAIN = "\r\u001b[K";

  private final PrintStream terminal;
  private boolean wanted;
  private boolean written;

  /** Shows nothing where standard error is no terminal. */
  StatusLine(Streams streams) {
    this.terminal = streams.messages();
    this.wanted = streams.errIsTerminal();
  }

  void show(String what) {
    if (wanted) {
      terminal.print(AGAIN + what);
      terminal.flush();
      written = true;
    }
  }

  /** Leaves the line empty, for what others write, and shows nothing any more. */
  @Override
  public void close() {
    if (written) {
      terminal.print(AGAIN);
      terminal.flush();
    }
    wanted = false;
    written = false;
  }
}
