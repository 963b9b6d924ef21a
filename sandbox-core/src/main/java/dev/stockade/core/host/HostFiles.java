package dev.stockade.core.host;

import dev.stockade.core.linux.ProcFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a host, by absolute path. Tests give a folder that stands for the root. */
final class HostFiles {
  /** As many symlinks as the kernel follows in one path, see path_resolution(7). */
  private static final int MOST_SYMLINKS = 40;

  private final Path root;

  HostFiles(Path root) {
    this.root = root;
  }

  static HostFiles current() {
    return new HostFiles(Path.of("/"));
  }

  /** The content of a file; {@code null} when it does not exist or may not be read. */
  @Nullable String read(String absolute) {
    try {
      return ProcFile.read(at(absolute));
    } catch (IOException missing) {
      return null;
    }
  }

  /** The number in a file of one number; {@code null} when there is no such file or number. */
  @Nullable Long number(String absolute) {
    String text = read(absolute);
    try {
      return text == null ? null : Long.valueOf(text.strip());
    } catch (NumberFormatException noNumber) {
      return null;
    }
  }

  boolean exists(String absolute) {
    return Files.exists(at(absolute));
  }

  /** Whether a regular file is there that we may execute. */
  boolean isProgram(String absolute) {
    Path path = at(absolute);
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }

  /** The names in a folder, sorted; empty when it cannot be listed. */
  List<String> list(String absolute) {
    try (Stream<Path> entries = Files.list(at(absolute))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException missing) {
      return List.of();
    }
  }

  /**
   * Follows the symlinks of a path, each against this root.
   *
   * @return every path that was met, the given one first and the final one last; {@code null} when
   *     nothing is there, a link leads nowhere, or links lead round in circles
   */
  @Nullable List<String> follow(String absolute) {
    List<String> met = new ArrayList<>();
    String path = absolute;
    for (int links = 0; links <= MOST_SYMLINKS; links++) {
      met.add(path);
      String next = withoutFirstLink(path);
      if (next == null) {
        return exists(path) ? met : null;
      }
      path = next;
    }
    return null;
  }

  /** The path with its first symlink replaced by that link's target; {@code null} without one. */
  private @Nullable String withoutFirstLink(String absolute) {
    Path path = Path.of(absolute);
    Path parent = Path.of("/");
    for (int i = 0; i < path.getNameCount(); i++) {
      Path here = parent.resolve(path.getName(i));
      String target = linkTarget(here.toString());
      if (target != null) {
        Path followed = parent.resolve(target);
        for (int rest = i + 1; rest < path.getNameCount(); rest++) {
          followed = followed.resolve(path.getName(rest));
        }
        return followed.normalize().toString();
      }
      parent = here;
    }
    return null;
  }

  private @Nullable String linkTarget(String absolute) {
    try {
      return Files.readSymbolicLink(at(absolute)).toString();
    } catch (IOException | UnsupportedOperationException notALink) {
      return null;
    }
  }

  private Path at(String absolute) {
    return root.resolve(absolute.substring(1));
  }
}
