package dev.stockade.server.selftest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds on the host what attacks would leave behind, by the mark that they put into every name, and
 * by the mounts that were there before. Other programs of the host come and go without an alarm.
 */
final class HostTraces {
  private static final Path PROC = Path.of("/proc");
  private static final Path KEYS = PROC.resolve("keys");
  private static final Path UNIX_SOCKETS = PROC.resolve("net/unix");
  private static final Path MOUNTS = PROC.resolve("self/mountinfo");
  private static final List<Path> NAMED =
      List.of(Path.of("/dev/shm"), Path.of("/dev/mqueue"), Path.of("/tmp"));
  private static final List<String> SYSV = List.of("shm", "sem", "msg");

  private final String mark;
  private final Pattern key;
  private Set<String> mounts = lines(MOUNTS);

  /**
   * @param mark such as {@code 100.123456}; the digits behind the point are a SysV key
   */
  HostTraces(String mark) {
    this.mark = mark;
    this.key = Pattern.compile("\\s*" + mark.substring(mark.indexOf('.') + 1) + "\\s.*");
  }

  void addTo(List<String> harm) {
    marked(KEYS, CanaryKind.KEYRINGS, harm);
    marked(UNIX_SOCKETS, CanaryKind.PORT, harm);
    for (String kind : SYSV) {
      for (String line : lines(PROC.resolve("sysvipc").resolve(kind))) {
        if (key.matcher(line).matches()) {
          harm.add(CanaryKind.SHARED_MEMORY + ": sysvipc/" + kind + " " + line.strip());
        }
      }
    }
    for (Path folder : NAMED) {
      for (String name : names(folder)) {
        if (name.contains(mark)) {
          harm.add(kindOf(folder) + ": " + folder + "/" + name);
        }
      }
    }
    newMounts(harm);
    survivors(harm);
  }

  private static CanaryKind kindOf(Path folder) {
    return folder.startsWith("/dev") ? CanaryKind.SHARED_MEMORY : CanaryKind.FILES;
  }

  private void marked(Path file, CanaryKind kind, List<String> harm) {
    for (String line : lines(file)) {
      if (line.contains(mark)) {
        harm.add(kind + ": " + file + ": " + line.strip());
      }
    }
  }

  private void newMounts(List<String> harm) {
    Set<String> now = lines(MOUNTS);
    for (String line : now) {
      if (!mounts.contains(line)) {
        harm.add(CanaryKind.MOUNTS + ": new: " + line);
      }
    }
    for (String line : mounts) {
      if (!now.contains(line)) {
        harm.add(CanaryKind.MOUNTS + ": gone: " + line);
      }
    }
    mounts = now;
  }

  /** The processes of this host that attacks started. */
  private void survivors(List<String> harm) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        try {
          String command =
              new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8)
                  .replace('\0', ' ');
          if (command.contains(mark)) {
            harm.add(CanaryKind.SURVIVORS + ": " + process.getFileName() + " " + command.strip());
          }
        } catch (IOException e) {
          if (Files.exists(process.resolve("comm"))) {
            harm.add(CanaryKind.SURVIVORS + ": " + process + " cannot be looked at: " + e);
          }
        }
      }
    } catch (IOException e) {
      harm.add(CanaryKind.SURVIVORS + ": " + e);
    }
  }

  /** A file's lines; none where the kernel has no such file. */
  private static Set<String> lines(Path file) {
    try {
      return new HashSet<>(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    } catch (IOException missing) {
      return Set.of();
    }
  }

  private static List<String> names(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (IOException missing) {
      return List.of();
    }
    return names;
  }
}
