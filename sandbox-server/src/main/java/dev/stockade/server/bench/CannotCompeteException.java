package dev.stockade.server.bench;

/** A contestant cannot be measured; the message says why, for people. */
final class CannotCompeteException extends Exception {
  private static final long serialVersionUID = 1L;

  CannotCompeteException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
