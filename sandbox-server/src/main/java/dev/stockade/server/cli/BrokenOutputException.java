package dev.stockade.server.cli;

/** Whoever read our standard output has gone: we end as if by SIGPIPE, without a word. */
final class BrokenOutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a shell shows for a program ended by SIGPIPE, number 13 in signal(7). */
  static final int STATUS = ExitCode.SIGNAL_BASE + 13;
}
