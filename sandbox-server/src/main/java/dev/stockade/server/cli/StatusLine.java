package dev.stockade.server.cli;

import java.io.PrintStream;

/** What is going on, on one line of a terminal that is written again and again. */
final class StatusLine implements AutoCloseable {
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
      terminal.print(ProgressBar.AGAIN + what);
      terminal.flush();
      written = true;
    }
  }

  /** Leaves the line empty, for what others write, and shows nothing any more. */
  @Override
  public void close() {
    if (written) {
      terminal.print(ProgressBar.AGAIN);
      terminal.flush();
    }
    wanted = false;
    written = false;
  }
}
