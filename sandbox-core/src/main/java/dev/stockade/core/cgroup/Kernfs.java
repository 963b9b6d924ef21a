package dev.stockade.core.cgroup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads, writes, makes and removes what a kernel file system shows; a failure names the call, the
 * file, the value and the cause.
 */
final class Kernfs {
  /** The C library's words for the errors that control files give. */
  private static final Map<String, String> ERRNO_NAMES =
      Map.ofEntries(
          Map.entry("Operation not permitted", "EPERM"),
          Map.entry("No such file or directory", "ENOENT"),
          Map.entry("No such process", "ESRCH"),
          Map.entry("Input/output error", "EIO"),
          Map.entry("Resource temporarily unavailable", "EAGAIN"),
          Map.entry("Cannot allocate memory", "ENOMEM"),
          Map.entry("Permission denied", "EACCES"),
          Map.entry("Device or resource busy", "EBUSY"),
          Map.entry("No such device", "ENODEV"),
          Map.entry("Not a directory", "ENOTDIR"),
          Map.entry("Invalid argument", "EINVAL"),
          Map.entry("No space left on device", "ENOSPC"),
          Map.entry("Read-only file system", "EROFS"),
          Map.entry("Numerical result out of range", "ERANGE"),
          Map.entry("Operation not supported", "EOPNOTSUPP"));

  private static final int MODE = 0777;

  private Kernfs() {}

  static String read(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new SandboxException("read(" + file + "): " + cause(e), e);
    }
  }

  /**
   * The file's content; {@code null} when there is no such file, or its process ended meanwhile.
   */
  static @Nullable String readIfPresent(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      if (cause(e).equals("ESRCH") || cause(e).equals("ENODEV")) {
        return null;
      }
      throw new SandboxException("read(" + file + "): " + cause(e), e);
    }
  }

  /** One write(2) to a file that exists. */
  static void write(Path file, String value) {
    try (Fd fd = Sys.openForWriting(file.toString())) {
      Sys.writeFully(fd, value.getBytes(ISO_8859_1));
    } catch (SystemCallException e) {
      throw new SandboxException("write(\"" + value + "\" → " + file + "): " + e.errno(), e);
    }
  }

  static void mkdir(Path dir) {
    try {
      Sys.mkdir(dir.toString(), MODE);
    } catch (SystemCallException e) {
      throw new SandboxException("mkdir(" + dir + "): " + e.errno(), e);
    }
  }

  /** Makes the directory if it is not there; says whether it made it. */
  static boolean mkdirIfAbsent(Path dir) {
    try {
      Sys.mkdir(dir.toString(), MODE);
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.EEXIST)) {
        return false;
      }
      throw new SandboxException("mkdir(" + dir + "): " + e.errno(), e);
    }
  }

  /**
   * Removes a cgroup that may be gone already, which the kernel refuses with EBUSY while processes
   * in it are still ending.
   *
   * @param patience how long to try again
   */
  static void rmdir(Path dir, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    long sleepMillis = 1;
    while (true) {
      try {
        Sys.rmdir(dir.toString());
        return;
      } catch (SystemCallException e) {
        if (e.is(Errno.ENOENT)) {
          return;
        }
        if (!e.is(Errno.EBUSY) || System.nanoTime() >= deadline) {
          throw new SandboxException("rmdir(" + dir + "): " + e.errno() + survivors(dir), e);
        }
      }
      sleep(sleepMillis);
      sleepMillis = Math.min(2 * sleepMillis, 50);
    }
  }

  private static String survivors(Path dir) {
    String procs = readIfPresent(dir.resolve("cgroup.procs"));
    return procs == null || procs.isBlank()
        ? ""
        : "; processes in it: " + String.join(" ", procs.strip().split("\n"));
  }

  /** Sleeps without being woken by an interrupt, which stays pending: a clean-up must end. */
  static void sleep(long millis) {
    boolean interrupted = Thread.interrupted();
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The directories directly inside; empty when the directory itself is gone. */
  static List<Path> children(Path dir) {
    List<Path> children = new ArrayList<>();
    try (Stream<Path> entries = Files.list(dir)) {
      entries.filter(Files::isDirectory).sorted().forEach(children::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new SandboxException("readdir(" + dir + "): " + cause(e), e);
    }
    return children;
  }

  /** Process ids in a {@code cgroup.procs} file; 0 stands for one outside our PID namespace. */
  static List<Long> pids(Path cgroup) {
    String procs = readIfPresent(cgroup.resolve("cgroup.procs"));
    return procs == null
        ? List.of()
        : procs.lines().filter(line -> !line.isBlank()).map(Long::parseLong).toList();
  }

  /** The error's name where it is known, else its text. */
  static String cause(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "ENOENT";
    }
    if (e instanceof AccessDeniedException) {
      return "EACCES";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "EEXIST";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "ENOTEMPTY";
    }
    String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return text == null ? e.getClass().getSimpleName() : ERRNO_NAMES.getOrDefault(text, text);
  }
}
