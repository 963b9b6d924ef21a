package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The cgroup mounts of a mount namespace: {@code /proc/self/mountinfo}, proc_pid_mountinfo(5). */
record Mounts(List<Mount> mounts) {
  /** File names are bytes; the JVM's own encoding of them decides how they become strings. */
  private static final Charset FILE_NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  /**
   * One mount of a cgroup file system.
   *
   * @param root the cgroup that the mount shows as its root: {@code /} unless a bind mount or a
   *     container shows a part; begins with {@code /..} when it lies outside our cgroup namespace
   * @param point where it is mounted
   * @param version 1 or 2
   * @param readOnly whether the mount or its file system refuses writes
   * @param controllers the controllers of a v1 hierarchy; empty for v2
   */
  record Mount(String root, Path point, int version, boolean readOnly, List<String> controllers) {
    Mount {
      controllers = List.copyOf(controllers);
    }

    /**
     * Where the mount shows a cgroup, given its path in {@code /proc/self/cgroup}; empty when the
     * cgroup lies outside of what is mounted here.
     */
    Optional<Path> locate(String cgroup) {
      if (leavesNamespace(cgroup) || leavesNamespace(root)) {
        return Optional.empty();
      }
      if (root.equals("/")) {
        return Optional.of(point.resolve(cgroup.substring(1)));
      }
      if (cgroup.equals(root)) {
        return Optional.of(point);
      }
      return cgroup.startsWith(root + "/")
          ? Optional.of(point.resolve(cgroup.substring(root.length() + 1)))
          : Optional.empty();
    }

    private static boolean leavesNamespace(String path) {
      return path.equals("/..") || path.startsWith("/../");
    }
  }

  Mounts {
    mounts = List.copyOf(mounts);
  }

  static Mounts parse(String mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo.split("\n")) {
      // 36 35 98:0 /root /point rw,noatime shared:1 - type source rw,super,options
      int separator = line.indexOf(" - ");
      if (line.isEmpty()) {
        continue;
      }
      String[] left = separator < 0 ? new String[0] : line.substring(0, separator).split(" ");
      String[] right = separator < 0 ? new String[0] : line.substring(separator + 3).split(" ");
      if (left.length < 6 || right.length < 2) {
        throw new SandboxException("/proc/self/mountinfo has an unknown kind of line: " + line);
      }
      int version = right[0].equals("cgroup2") ? 2 : right[0].equals("cgroup") ? 1 : 0;
      if (version == 0) {
        continue;
      }
      List<String> superOptions = right.length < 3 ? List.of() : Arrays.asList(right[2].split(","));
      boolean readOnly =
          Arrays.asList(left[5].split(",")).contains("ro") || superOptions.contains("ro");
      mounts.add(
          new Mount(
              unescape(left[3]),
              Path.of(unescape(left[4])),
              version,
              readOnly,
              version == 1 ? superOptions : List.of()));
    }
    return new Mounts(mounts);
  }

  /** Space, tab, newline and backslash are written as a backslash and three octal digits. */
  static String unescape(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length() && isOctal(field, i + 1)) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        bytes.write(c); // the text was read as ISO 8859-1: a char is a byte
      }
    }
    byte[] raw = bytes.toByteArray();
    return isAscii(raw) ? new String(raw, StandardCharsets.US_ASCII) : new String(raw, FILE_NAMES);
  }

  private static boolean isOctal(String text, int from) {
    for (int i = from; i < from + 3; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '7') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  /** The mounts of the v2 hierarchy; the latest first, for it may cover an earlier one. */
  List<Mount> unified() {
    List<Mount> found = new ArrayList<>();
    for (Mount mount : mounts) {
      if (mount.version() == 2) {
        found.add(0, mount);
      }
    }
    return found;
  }

  /** The mounts of a v1 controller's hierarchy, the latest first. */
  List<Mount> legacy(String controller) {
    List<Mount> found = new ArrayList<>();
    for (Mount mount : mounts) {
      if (mount.version() == 1 && mount.controllers().contains(controller)) {
        found.add(0, mount);
      }
    }
    return found;
  }
}
