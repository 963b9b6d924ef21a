package dev.stockade.server.job;

/** What holds jobs and shared files could not be reached; it may be again. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(Throwable cause) {
    super("the store cannot be reached: " + cause.getMessage(), cause);
  }
}
