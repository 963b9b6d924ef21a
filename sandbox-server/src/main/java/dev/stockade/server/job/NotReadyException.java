package dev.stockade.server.job;

/** The server cannot say or do this yet, a little later it can. */
public final class NotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what it waits for, as a sentence
   */
  public NotReadyException(String message) {
    super(message);
  }
}
