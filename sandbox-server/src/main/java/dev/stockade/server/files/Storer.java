package dev.stockade.server.files;

import dev.stockade.core.policy.ByteSize;

/**
 * Who stores a file.
 *
 * @param name of its token; empty without one
 * @param most bytes that its files may have together; 0: any number
 */
public record Storer(String name, ByteSize most) {
  /** Who needs no token, or has one without a limit of its own. */
  public static Storer unlimited(String name) {
    return new Storer(name, ByteSize.ofBytes(0));
  }

  /**
   * Checks what its files would have together.
   *
   * @throws FileRefusedException when that is too much
   */
  public void requireRoom(long bytes) {
    if (most.bytes() > 0 && bytes > most.bytes()) {
      throw new FileRefusedException(
          FileRefusedException.Reason.FULL,
          "files stored by this token have at most "
              + most
              + " together; unused ones go by themselves, or are deleted");
    }
  }
}
