package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.TOOLCHAINS;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a compiler or interpreter is installed where a sandbox shows it: below {@code /usr},
 * {@code /bin} or {@code /lib*}, also after following its symlinks. What a user has installed below
 * {@code /home}, {@code /root} or {@code /opt} is never seen by a job.
 */
final class Toolchain implements Probe {
  private static final List<String> SHOWN =
      List.of("/usr/", "/bin/", "/lib/", "/lib64/", "/etc/alternatives/");
  private static final List<String> FOLDERS = List.of("/usr/local/bin", "/usr/bin", "/bin");

  private final String language;
  private final String program;
  private final String debianPackage;
  private final List<String> otherFolders;

  /**
   * @param otherFolders absolute folders outside of the usual ones where it is often installed
   */
  Toolchain(String language, String program, String debianPackage, String... otherFolders) {
    this.language = language;
    this.program = program;
    this.debianPackage = debianPackage;
    this.otherFolders = List.of(otherFolders);
  }

  @Override
  public Finding look(Host host) {
    List<String> folders = new ArrayList<>(FOLDERS);
    folders.addAll(otherFolders);
    String hidden = null;
    for (String folder : folders) {
      List<String> path = host.files().follow(folder + "/" + program);
      if (path == null || !host.files().isProgram(path.get(path.size() - 1))) {
        continue;
      }
      if (path.stream().allMatch(Toolchain::isShown)) {
        return Finding.ok(TOOLCHAINS, language, false, path.get(0));
      }
      hidden = path.get(path.size() - 1);
    }
    return Finding.missing(
        TOOLCHAINS, language, false, reason(hidden), Fixes.install(debianPackage));
  }

  private String reason(@Nullable String hidden) {
    return hidden == null
        ? program + " is in none of the folders that a sandbox shows"
        : program + " is " + hidden + " in the end, which a sandbox does not show";
  }

  private static boolean isShown(String path) {
    return SHOWN.stream().anyMatch(path::startsWith);
  }
}
