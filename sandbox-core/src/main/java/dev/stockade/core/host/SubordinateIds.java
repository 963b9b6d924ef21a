package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sub-ids: with newuidmap(1), newgidmap(1) and ranges in subuid(5) and subgid(5) each slot has a
 * host id of its own. Without them every job runs as our own id, inside its own namespaces.
 */
final class SubordinateIds implements Probe {
  private static final String FEATURE = "an own host id for each slot";
  private static final List<String> FOLDERS = List.of("/usr/bin", "/bin", "/usr/local/bin");

  @Override
  public Finding look(Host host) {
    if (host.status().mayAdministrate() && host.user().isRoot()) {
      return Finding.ok(ISOLATION, FEATURE, false, "as root, ids are mapped without newuidmap");
    }
    for (String tool : List.of("newuidmap", "newgidmap")) {
      if (find(host, tool) == null) {
        return lacking(tool + " is not installed", Fixes.install("uidmap"));
      }
    }
    if (host.status().noNewPrivileges()) {
      return lacking(
          "newuidmap is installed, but no_new_privs is set on us and takes its privilege away",
          "start Stockade without no_new_privs (systemd: NoNewPrivileges=no; docker: without"
              + " --security-opt no-new-privileges)");
    }
    for (String file : List.of("/etc/subuid", "/etc/subgid")) {
      if (!hasRange(host, file)) {
        return lacking(
            file + " has no range for " + host.user().name(),
            "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
                + host.user().name());
      }
    }
    return Finding.ok(
        ISOLATION, FEATURE, false, "newuidmap, newgidmap and ranges for them are there");
  }

  private static Finding lacking(String reason, String fix) {
    return Finding.degraded(
        ISOLATION, FEATURE, false, reason + "; jobs share our own id instead", fix);
  }

  private static @Nullable String find(Host host, String tool) {
    for (String folder : FOLDERS) {
      if (host.files().isProgram(folder + "/" + tool)) {
        return folder;
      }
    }
    return null;
  }

  /** Lines are {@code NAME-OR-UID:FIRST:COUNT}. */
  private static boolean hasRange(Host host, String file) {
    String text = host.files().read(file);
    String uid = Long.toString(host.user().uid());
    for (String line : text == null ? new String[0] : text.split("\n")) {
      String[] fields = line.strip().split(":");
      if (fields.length == 3
          && (fields[0].equals(host.user().name()) || fields[0].equals(uid))
          && fields[2].matches("[1-9][0-9]*")) {
        return true;
      }
    }
    return false;
  }
}
