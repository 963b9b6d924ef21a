package dev.stockade.server;

/**
 * Something outside of Stockade keeps the server from listening: the port is taken, for example.
 */
public final class CannotListenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
