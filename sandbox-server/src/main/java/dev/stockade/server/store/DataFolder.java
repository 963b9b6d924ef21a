package dev.stockade.server.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A folder that belongs to one running server, and that nobody but its user can look into.
 *
 * <p>Held by a POSIX lock on a file in it: the kernel gives it up when the process ends, however it
 * ends.
 */
final class DataFolder implements AutoCloseable {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final FileChannel lockFile;

  private DataFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder if need be, and takes it.
   *
   * @throws StoreRefusedException when another server has it, others can look into it, or it cannot
   *     be written to
   */
  static DataFolder take(Path path) {
    try {
      Path folder = Files.createDirectories(path.toAbsolutePath(), attribute(FOLDER));
      refuseOthers(folder);
      return new DataFolder(folder, lock(folder));
    } catch (IOException e) {
      throw new StoreRefusedException(
          "the data folder " + path + " cannot be used (--data DIR takes another): " + e, e);
    }
  }

  private static void refuseOthers(Path folder) throws IOException {
    Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
    mode.addAll(Files.getPosixFilePermissions(folder));
    if (!FOLDER.containsAll(mode)) {
      throw new StoreRefusedException(
          "the data folder "
              + folder
              + " can be used by others (mode "
              + PosixFilePermissions.toString(mode)
              + "), who could read jobs and results: chmod 700 it");
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            attribute(FILE));
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      lock = null;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (lock == null) {
      channel.close();
      throw new StoreRefusedException(
          "another server uses the data folder "
              + folder
              + "; end that one, or give this one its own with --data DIR, or keep nothing with --data"
              + " none; servers that share their jobs need --database");
    }
    return channel;
  }

  /** The file of this name, made empty if it was not there. */
  Path file(String name) {
    Path file = path.resolve(name);
    try {
      if (!Files.exists(file)) {
        Files.createFile(file, attribute(FILE));
      }
      return file;
    } catch (IOException e) {
      throw new StoreRefusedException("the data folder " + path + " cannot be used: " + e, e);
    }
  }

  /** The folder of this name in it, made if it was not there. */
  Path folder(String name) {
    try {
      return Files.createDirectories(path.resolve(name), attribute(FOLDER));
    } catch (IOException e) {
      throw new StoreRefusedException("the data folder " + path + " cannot be used: " + e, e);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> attribute(Set<PosixFilePermission> mode) {
    return PosixFilePermissions.asFileAttribute(mode);
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new StoreRefusedException("the data folder " + path + " cannot be given up: " + e, e);
    }
  }
}
