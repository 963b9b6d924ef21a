package dev.stockade.server.language;

import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a compiler is on this host: its version, its file, and the state of the package databases,
 * which change whenever a header, a library or another program that it uses is replaced by them.
 */
final class CompilerIdentity {
  private static final List<Path> PACKAGES =
      List.of(
          Path.of("/var/lib/dpkg/status"),
          Path.of("/var/lib/rpm/rpmdb.sqlite"),
          Path.of("/usr/lib/sysimage/rpm/rpmdb.sqlite"),
          Path.of("/var/lib/pacman/local"),
          Path.of("/lib/apk/db/installed"));

  private CompilerIdentity() {}

  static String of(Tool tool, Policy policy) {
    StringBuilder identity = new StringBuilder();
    identity.append(tool.program()).append(' ').append(tool.version()).append(' ');
    identity.append(tool.dialect()).append('\n');
    identity.append(file(tool.program(), policy).map(CompilerIdentity::stat).orElse("unseen"));
    for (Path database : PACKAGES) {
      identity.append('\n').append(stat(database));
    }
    return identity.toString();
  }

  /** The file on the host that the sandbox shows under this name; empty when it cannot be told. */
  static Optional<Path> file(String program, Policy policy) {
    for (String folder : policy.environment().getOrDefault("PATH", "").split(":")) {
      for (Policy.Bind bind : policy.binds()) {
        Path target = Path.of(bind.target());
        Path inside = Path.of(folder).resolve(program);
        if (inside.startsWith(target)) {
          Path outside = Path.of(bind.source()).resolve(target.relativize(inside));
          if (Files.isExecutable(outside)) {
            return Optional.of(outside);
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Path, inode, size and times of modification and of change, in nanoseconds; or that it is not
   * there.
   */
  private static String stat(Path path) {
    try {
      Path real = path.toRealPath();
      return real + " " + Files.readAttributes(real, "unix:ino,size,lastModifiedTime,ctime");
    } catch (IOException e) {
      return path + " is not there";
    }
  }
}
