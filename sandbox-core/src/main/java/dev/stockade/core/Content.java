package dev.stockade.core;

import java.nio.file.Path;

/** Bytes that a run is given, on standard input or as a file. */
public sealed interface Content {
  /** No bytes at all. */
  Content NOTHING = new InMemory(new byte[0]);

  /** These bytes. */
  static Content of(byte[] bytes) {
    return new InMemory(bytes);
  }

  /**
   * What is in a regular file of the host when the run begins. The kernel copies it; it never goes
   * through the heap, and no job gets the file itself.
   */
  static Content of(Path file) {
    return new InFile(file);
  }

  /** Bytes in this process' heap. */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
  record InMemory(byte[] bytes) implements Content {}

  /** Bytes in a file of the host. */
  record InFile(Path path) implements Content {}
}
