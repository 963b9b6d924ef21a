package dev.stockade.server.cli;

/** The command line cannot be carried out as it stands. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
