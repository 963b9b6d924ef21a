package dev.stockade.core.run;

import dev.stockade.core.Sandbox;
import dev.stockade.core.linux.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Looks at processes from the host, through its /proc. */
final class Processes {
  private static final String ZYGOTE = "stockade-zygote";
  private static final String INIT = "stockade-init";
  private static final String FILTERS = "Seccomp_filters";

  private Processes() {}

  static List<Long> zygotes() {
    return children(ProcessHandle.current().pid(), ZYGOTE);
  }

  static List<Long> inits() {
    return children(ProcessHandle.current().pid(), INIT);
  }

  /** Inits in which a program runs. */
  static List<Long> busyInits() {
    return inits().stream().filter(init -> !programs(init).isEmpty()).toList();
  }

  /** Inits whose payload waits for its request: an init that has ended has no payload any more. */
  static List<Long> waitingInits() {
    return inits().stream()
        .filter(
            init -> {
              String without = status(init, FILTERS);
              List<String> filters = filtersOfChildren(init);
              return !filters.isEmpty() && filters.stream().allMatch(without::equals);
            })
        .toList();
  }

  /**
   * The children of an init, but for a payload that waits: it has no more filters than its init,
   * which no program can undo; see seccomp(2), Linux 5.9.
   */
  static List<Long> programs(long init) {
    String without = status(init, FILTERS);
    return pids().stream()
        .filter(
            pid -> {
              // One look: between two it may be gone, and would pass for one without filters.
              String status = status(pid);
              return isChild(status, init) && !line(status, FILTERS).equals(without);
            })
        .toList();
  }

  private static List<String> filtersOfChildren(long init) {
    return pids().stream()
        .map(Processes::status)
        .filter(status -> isChild(status, init))
        .map(status -> line(status, FILTERS))
        .toList();
  }

  /** Children of a process, zombies included, with the name that ps(1) shows. */
  static List<Long> children(long parent, String name) {
    return pids().stream()
        .filter(
            pid -> {
              String status = status(pid);
              return isChild(status, parent) && line(status, "Name").equals(name);
            })
        .toList();
  }

  static boolean isThere(long pid) {
    return read("/proc/" + pid + "/stat").isPresent();
  }

  private static boolean isChild(String status, long parent) {
    return line(status, "PPid").equals(Long.toString(parent));
  }

  /** A line of {@code /proc/PID/status}; empty when the process is gone. */
  static String status(long pid, String key) {
    return line(status(pid), key);
  }

  /** {@code /proc/PID/status}; empty when the process is gone. */
  private static String status(long pid) {
    return read("/proc/" + pid + "/status").orElse("");
  }

  private static String line(String status, String key) {
    return status
        .lines()
        .filter(line -> line.startsWith(key + ":"))
        .findFirst()
        .map(line -> line.substring(key.length() + 1).strip())
        .orElse("");
  }

  static Optional<String> read(String file) {
    try {
      return Optional.of(
          new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No such process")) {
        return Optional.empty();
      }
      throw new UncheckedIOException(e);
    }
  }

  private static List<Long> pids() {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::parseLong)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** kill(1) with SIGKILL. */
  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** How many descriptors this process has. */
  static long descriptors() {
    try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How many descriptors this process has of what runs are made with. Not of other files: the Java
   * VM opens those whenever it likes.
   */
  static long descriptorsOfRuns() {
    try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.map(Processes::target).filter(Processes::isOfRuns).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOfRuns(String target) {
    return target.startsWith("/sys/fs/cgroup")
        || target.startsWith("/memfd:")
        || !target.startsWith("/");
  }

  /** What a descriptor is of; the root when it has been closed meanwhile. */
  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "/";
    }
  }

  /** Cgroups whose name has a server's pid in it, with their leaves. */
  static List<String> cgroups(long server) {
    String ours = "-" + server + "-";
    return Folders.below(Path.of("/sys/fs/cgroup"), 6).stream()
        .map(Path::toString)
        .filter(path -> path.contains("stockade") && path.contains(ours))
        .sorted()
        .toList();
  }

  /** The descriptors of this process by what they are of, for messages. */
  static String describeDescriptors() {
    TreeMap<String, Integer> kinds = new TreeMap<>();
    for (int fd = 0; fd < 4096; fd++) {
      kinds.merge(describeDescriptor(fd), 1, Integer::sum);
    }
    return kinds.toString();
  }

  private static String describeDescriptor(int fd) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return target.replaceAll("\\[[0-9]+]", "");
    } catch (IOException e) {
      return "not open";
    }
  }

  /**
   * Descriptors when none has come or gone for a while: a run gives back what it had, and a spare
   * is made.
   */
  static long settledDescriptors() throws InterruptedException {
    return settled(Processes::descriptors);
  }

  /** The same of those that {@link #descriptorsOfRuns} counts. */
  static long settledDescriptorsOfRuns() throws InterruptedException {
    return settled(Processes::descriptorsOfRuns);
  }

  private static long settled(LongSupplier number) throws InterruptedException {
    long start = System.nanoTime();
    long since = start;
    long last = -1;
    while (System.nanoTime() - since < 500_000_000L
        && System.nanoTime() - start < 10_000_000_000L) {
      long now = number.getAsLong();
      if (now != last) {
        last = now;
        since = System.nanoTime();
      }
      Thread.sleep(10);
    }
    return last;
  }

  /**
   * Waits until all that runs had is given back, which goes on after their results are known, and
   * nobody is there but so many spares, which wait.
   */
  static void awaitOnlySpares(int count) throws InterruptedException {
    await(
        "there are " + count + " spares and nothing of a run",
        () ->
            waitingInits().size() == count
                && inits().size() == count
                && Sandbox.openLeases() == count);
  }

  /** Waits until something is so, at most two minutes. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 120_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain until " + what);
      }
      Thread.sleep(5);
    }
  }
}
