package dev.stockade.server.files;

/** A file that is not stored; nothing of it is left. */
public final class FileRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Reason {
    /** It is larger than a file may be. */
    TOO_LARGE,
    /** There is no room for it. */
    FULL,
    /** It has not the hash that was said. */
    OTHER_HASH,
    /** As many are coming in as may at one time. */
    TOO_MANY
  }

  private final Reason reason;

  FileRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
