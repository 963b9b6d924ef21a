package dev.stockade.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files of the host that a command line names. */
final class HostPath {
  /** The most that is read of one file; all of it is held in memory. */
  static final int MOST_MEBIBYTES = 256;

  private static final int MOST_BYTES = MOST_MEBIBYTES << 20;
  private static final int BUFFER = 1 << 16;

  private HostPath() {}

  /**
   * The path that an argument names.
   *
   * @param option the option or argument at fault, for messages
   */
  static Path of(String option, String name) {
    if (name.isEmpty()) {
      throw new UsageException(option + ": a file name is not empty");
    }
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UsageException(
          option
              + ": the name of a file must be UTF-8 here, and Java's locale too (LC_ALL=C.UTF-8)");
    }
  }

  /** The content of a file. */
  static byte[] read(String option, String name) {
    Path path = of(option, name);
    if (Files.isDirectory(path)) {
      throw new UsageException(option + ": " + name + " is a folder");
    }
    try (InputStream in = Files.newInputStream(path)) {
      return readAll(option + ": " + name, in);
    } catch (NoSuchFileException e) {
      throw new UsageException(option + ": there is no file " + name);
    } catch (AccessDeniedException e) {
      throw new UsageException(option + ": " + name + " may not be read");
    } catch (IOException e) {
      throw new UsageException(option + ": " + name + ": " + e.getMessage());
    }
  }

  /** Everything that a stream has. */
  static byte[] readAll(String what, InputStream in) throws IOException {
    // Not readNBytes: FileInputStream's own asks for the position, which a pipe does not have.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      bytes.write(buffer, 0, count);
      if (bytes.size() > MOST_BYTES) {
        throw new UsageException(what + " is larger than " + MOST_MEBIBYTES + " MiB");
      }
    }
    return bytes.toByteArray();
  }
}
