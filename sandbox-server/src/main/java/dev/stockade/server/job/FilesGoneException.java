package dev.stockade.server.job;

/** Stored files were there a moment ago, and were deleted before they could be held. */
public final class FilesGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FilesGoneException(Iterable<String> sha256s) {
    super("are not stored any more: " + String.join(", ", sha256s));
  }
}
