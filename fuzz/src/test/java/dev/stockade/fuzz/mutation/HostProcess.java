package dev.stockade.fuzz.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A process as the host's /proc shows it. */
public record HostProcess(long pid) {
  /** Where the fields behind the command's name begin in {@code /proc/PID/stat}: state, ppid. */
  private static final int AFTER_NAME = 2;

  /** The direct children of a process, zombies included. */
  public static Set<Long> childrenOf(long parent) {
    Set<Long> children = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path one : all) {
        long pid = Long.parseLong(one.getFileName().toString());
        Optional<String> ppid = new HostProcess(pid).stat(1);
        if (ppid.isPresent() && Long.parseLong(ppid.get()) == parent) {
          children.add(pid);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return children;
  }

  /**
   * A field of {@code /proc/PID/stat}, counted from the state: 1 parent, 2 group, 3 session;
   * nothing when the process is gone.
   */
  Optional<String> stat(int field) {
    return read("stat")
        .map(text -> text.substring(text.lastIndexOf(')') + AFTER_NAME).split(" ")[field]);
  }

  /** As ps(1) shows it; empty when the process is gone. */
  public String name() {
    return status().getOrDefault("Name", "");
  }

  boolean isThere() {
    return read("stat").isPresent();
  }

  /** The lines of {@code /proc/PID/status}. */
  Map<String, String> status() {
    return read("status").map(Seen::keys).orElse(Map.of());
  }

  /** Where a namespace's link points, or nothing where we may not look. */
  Optional<String> namespace(String kind) {
    return link("ns/" + kind);
  }

  /** What each descriptor is of; nothing where we may not look. */
  Optional<Map<Integer, String>> descriptors() {
    Map<Integer, String> found = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(path("fd"))) {
      for (Path one : all) {
        int number = Integer.parseInt(one.getFileName().toString());
        link("fd/" + number).ifPresent(target -> found.put(number, target));
      }
      return Optional.of(found);
    } catch (AccessDeniedException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> link(String name) {
    try {
      return Optional.of(Files.readSymbolicLink(path(name)).toString());
    } catch (IOException e) {
      return Optional.empty(); // gone, or not for us to read: the caller knows which it may be
    }
  }

  Optional<String> read(String name) {
    try {
      return Optional.of(new String(Files.readAllBytes(path(name)), StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (!Files.exists(path("")) || String.valueOf(e.getMessage()).contains("No such process")) {
        return Optional.empty();
      }
      throw new UncheckedIOException(e);
    }
  }

  private Path path(String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }
}
