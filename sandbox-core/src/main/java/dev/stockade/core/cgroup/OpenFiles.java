package dev.stockade.core.cgroup;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SystemCallException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Control files that stay open once they were read, so that a second look costs one read(2).
 * Thread-safe.
 */
final class OpenFiles implements AutoCloseable {
  private final Map<Path, Optional<PolledFile>> files = new HashMap<>();

  /** The file's content; {@code null} when there was no such file at the first look. */
  synchronized @Nullable String readIfPresent(Path file) {
    return files.computeIfAbsent(file, OpenFiles::open).map(PolledFile::read).orElse(null);
  }

  /** As {@link #readIfPresent}; {@code null} as well where the kernel was told not to count. */
  synchronized @Nullable String readIfSupported(Path file) {
    return files
        .computeIfAbsent(file, OpenFiles::open)
        .map(PolledFile::readIfSupported)
        .orElse(null);
  }

  private static Optional<PolledFile> open(Path file) {
    try {
      return Optional.of(PolledFile.open(file));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public synchronized void close() {
    files.values().forEach(file -> file.ifPresent(PolledFile::close));
    files.clear();
  }
}
