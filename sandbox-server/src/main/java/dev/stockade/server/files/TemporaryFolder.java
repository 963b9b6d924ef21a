package dev.stockade.server.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that is removed with all that is in it when it is closed, or by the next process that
 * makes one, should this one be killed before.
 *
 * <p>Held by a POSIX lock on a file in it, which the kernel gives up however the process ends.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final String PREFIX = "stockade-files-";
  private static final String LOCK = "lock";
  private static final Logger log = LoggerFactory.getLogger(TemporaryFolder.class);

  /** Folders of this process: to close a lock file once more would give its lock up, fcntl(2). */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lockFile;

  private TemporaryFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Makes a folder below another, which is made if need be, and removes those there that dead
   * processes of ours had.
   *
   * @throws UncheckedIOException when there is no place for it
   */
  public static TemporaryFolder make(Path parent) {
    try {
      if (!Files.isDirectory(parent)) {
        Files.createDirectories(
            parent,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      removeLeftOver(parent);
      return makeIn(parent);
    } catch (IOException e) {
      throw new UncheckedIOException("there is no place for temporary files", e);
    }
  }

  private static TemporaryFolder makeIn(Path parent) throws IOException {
    while (true) {
      Path path = Files.createTempDirectory(parent, PREFIX); // mode 0700
      OURS.add(path);
      FileChannel lockFile =
          FileChannel.open(
              path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (lockFile.tryLock() != null) {
        return new TemporaryFolder(path, lockFile);
      }
      lockFile.close(); // somebody took it for left over, and removes it
      OURS.remove(path);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  private static void removeLeftOver(Path parent) throws IOException {
    Optional<UserPrincipal> me = Optional.empty();
    try (Stream<Path> all = Files.list(parent)) {
      for (Path path : all.toList()) {
        if (String.valueOf(path.getFileName()).startsWith(PREFIX) && !OURS.contains(path)) {
          me = me.or(TemporaryFolder::me);
          removeIfLeftOver(path, me.orElse(null));
        }
      }
    }
  }

  private static Optional<UserPrincipal> me() {
    try {
      return Optional.of(Files.getOwner(Path.of("/proc/self")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What is not certain to be left over by a process of ours stays. */
  private static void removeIfLeftOver(Path path, @Nullable UserPrincipal me) {
    try {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
          || !Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(me)
          || !PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS))
              .equals("rwx------")) {
        return;
      }
      try (FileChannel lockFile =
              FileChannel.open(
                  path.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
          FileLock lock = lockFile.tryLock()) {
        if (lock != null) {
          removeTree(path);
        }
      }
    } catch (NoSuchFileException another) {
      log.debug("{} is being made or removed", path);
    } catch (IOException e) {
      log.warn("{} cannot be removed: {}", path, e.toString());
    }
  }

  /** Nobody but this user can put anything into it; symbolic links are not followed. */
  private static void removeTree(Path path) throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() {
    try (lockFile) {
      removeTree(path);
    } catch (IOException e) {
      throw new UncheckedIOException(path + " is left behind", e);
    } finally {
      OURS.remove(path);
    }
  }
}
