package dev.stockade.server.job;

import dev.stockade.core.Content;
import java.nio.file.Path;

/**
 * A file that a client has stored.
 *
 * @param sha256 of its content, in lower-case hexadecimal digits; also the name of its file
 * @param path where it is on this host
 * @param bytes how long it is
 */
public record StoredFile(String sha256, Path path, long bytes) {
  public Content content() {
    return Content.of(path);
  }
}
