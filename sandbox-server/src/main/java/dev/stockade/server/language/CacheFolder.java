package dev.stockade.server.language;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this user's programs keep what they can make again: {@code $XDG_CACHE_HOME/stockade}, or
 * {@code ~/.cache/stockade}. No job ever sees the folder; files appear in it whole or not at all.
 */
final class CacheFolder {
  private static final Logger log = LoggerFactory.getLogger(CacheFolder.class);

  private final @Nullable Path folder;

  /**
   * @param folder {@code null} when there is none; then nothing is kept
   */
  CacheFolder(@Nullable Path folder) {
    this.folder = folder;
  }

  static CacheFolder ofThisUser() {
    return of(System.getenv(), System.getProperty("user.home", ""));
  }

  static CacheFolder of(Map<String, String> environment, String userHome) {
    String cacheHome = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (cacheHome.startsWith("/")) {
      return new CacheFolder(Path.of(cacheHome, "stockade"));
    }
    boolean known = userHome.startsWith("/") && userHome.length() > 1;
    return new CacheFolder(known ? Path.of(userHome, ".cache", "stockade") : null);
  }

  /** The file's content; empty when it is not there or cannot be read. */
  Optional<byte[]> read(String name) {
    if (folder == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readAllBytes(folder.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      log.warn("{} cannot be read: {}", folder.resolve(name), e.toString());
      return Optional.empty();
    }
  }

  /** Keeps a file, and says whether that was possible. */
  boolean write(String name, byte[] content) {
    if (folder == null) {
      return false;
    }
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path unfinished = Files.createTempFile(folder, name, ".tmp");
      try {
        Files.write(unfinished, content);
        Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      return true;
    } catch (IOException e) {
      log.info("{} is not kept for the next start: {}", name, e.toString());
      return false;
    }
  }
}
