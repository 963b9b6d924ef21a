package dev.stockade.fuzz.calls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run must not leave: processes on the host, descriptors in this one. */
final class Survivors {
  /** On the command line of every payload of this test run, and of nothing else. */
  static final String MARK = "calls-" + Long.toHexString(new SecureRandom().nextLong());

  private Survivors() {}

  /**
   * Processes of jobs, to be asked while no job runs: those that have our mark, and whatever they
   * execute or call themselves, the children of an init of ours but for payloads that wait.
   */
  static List<String> processes() {
    Map<Long, Long> parents = new TreeMap<>();
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        String stat = read(process.resolve("stat"));
        if (stat.isEmpty()) {
          continue; // gone already
        }
        long pid = Long.parseLong(process.getFileName().toString());
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        parents.put(pid, Long.parseLong(fields[1]));
        String command = read(process.resolve("cmdline")).replace('\0', ' ');
        if (command.contains(MARK)) {
          found.add(pid + " " + command);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long us = ProcessHandle.current().pid();
    parents.forEach(
        (pid, parent) -> {
          boolean ofAnInit =
              parents.getOrDefault(parent, 0L) == us && name(parent).equals("stockade-init");
          if (ofAnInit && !isWaitingPayload(pid, parent)) {
            found.add(pid + " " + name(pid) + ", child of init " + parent);
          }
        });
    return found;
  }

  /**
   * One that was made ahead: it has no more filters than its init. No program can look like that:
   * it has ours, which nothing takes away; see seccomp(2).
   */
  private static boolean isWaitingPayload(long pid, long init) {
    String filters = filters(pid);
    return !filters.isEmpty() && filters.equals(filters(init));
  }

  /** How many filters a process has; empty when it is gone. Linux 5.9. */
  private static String filters(long pid) {
    return read(Path.of("/proc/" + pid + "/status"))
        .lines()
        .filter(line -> line.startsWith("Seccomp_filters:"))
        .findFirst()
        .orElse("");
  }

  private static String name(long pid) {
    return read(Path.of("/proc/" + pid + "/comm")).strip();
  }

  /** A file of /proc; empty when its process is gone. */
  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No such process")) {
        return "";
      }
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kinds of descriptors of which there are more than there were. Spares may be being made, which
   * has descriptors of its own; so it waits, at most a minute, until nothing has grown.
   */
  static Map<String, Integer> grownDescriptors(Map<String, Integer> before)
      throws InterruptedException {
    Map<String, Integer> grown = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      grown.clear();
      descriptors()
          .forEach(
              (kind, count) -> {
                int more = count - before.getOrDefault(kind, 0);
                if (more > 0) {
                  grown.put(kind, more);
                }
              });
      if (grown.isEmpty()) {
        return grown;
      }
      Thread.sleep(100);
    }
    return grown;
  }

  /**
   * The descriptors of this process once no spare is being made any more: the same for half a
   * second.
   */
  static Map<String, Integer> settledDescriptors() throws InterruptedException {
    Map<String, Integer> settled = descriptors();
    for (int same = 0; same < 5; same++) {
      Thread.sleep(100);
      Map<String, Integer> now = descriptors();
      if (!now.equals(settled)) {
        settled = now;
        same = -1;
      }
    }
    return settled;
  }

  /** The descriptors of this process by what they are of; without the files that Java opens. */
  static Map<String, Integer> descriptors() {
    Map<String, Integer> kinds = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path fd : all) {
        String target;
        try {
          target = Files.readSymbolicLink(fd).toString();
        } catch (NoSuchFileException e) {
          continue; // the one that lists them, or another thread's
        }
        if (target.startsWith("/sys/fs/cgroup") || !target.startsWith("/")) {
          kinds.merge(target.replaceAll("[0-9]+", "N"), 1, Integer::sum);
        } else if (target.startsWith("/memfd:")) {
          kinds.merge(target, 1, Integer::sum);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kinds;
  }
}
