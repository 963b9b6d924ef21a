package dev.stockade.server.job;

/** Stored files were deleted after their job had been read, and before it was taken. */
public final class FilesGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FilesGoneException(Iterable<String> sha256s) {
    super("are not stored any more: " + String.join(", ", sha256s));
  }
}
