package dev.stockade.server.selftest;

/** This host lacks what an attack is made with; that says nothing about the sandbox. */
public final class NotTestableException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param what that is missing: {@code python3}
   */
  public NotTestableException(String what) {
    super(what);
  }
}
