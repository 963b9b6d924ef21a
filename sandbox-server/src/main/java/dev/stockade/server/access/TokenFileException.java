package dev.stockade.server.access;

/** A file of tokens cannot be used, or not for this. The message says which file and why. */
public final class TokenFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TokenFileException(String message) {
    super(message);
  }
}
