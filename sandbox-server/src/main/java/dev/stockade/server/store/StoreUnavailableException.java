package dev.stockade.server.store;

/** What holds the jobs could not be reached; it may be again. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreUnavailableException(Throwable cause) {
    super("the store of jobs cannot be reached: " + cause.getMessage(), cause);
  }
}
