package dev.stockade.server.store;

/** A store that cannot be opened as configured; the message says what to do. */
public final class StoreRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreRefusedException(String message) {
    super(message);
  }

  StoreRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
