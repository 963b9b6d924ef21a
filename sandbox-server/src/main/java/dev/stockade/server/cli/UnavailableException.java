package dev.stockade.server.cli;

/** Something outside of Stockade, such as a port or a full disk, keeps a command from its work. */
final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnavailableException(String message) {
    super(message);
  }
}
