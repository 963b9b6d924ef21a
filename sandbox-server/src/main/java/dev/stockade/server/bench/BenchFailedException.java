package dev.stockade.server.bench;

/** Nothing can be compared: the bare program or the sandbox itself failed. */
public final class BenchFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BenchFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
