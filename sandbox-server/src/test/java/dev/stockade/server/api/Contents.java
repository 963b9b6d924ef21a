package dev.stockade.server.api;

import dev.stockade.core.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** What a played program reads of its input. */
final class Contents {
  private Contents() {}

  static byte[] bytes(Content content) {
    if (content instanceof Content.InMemory memory) {
      return memory.bytes();
    }
    try {
      return Files.readAllBytes(((Content.InFile) content).path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
