package dev.stockade.core.host;

import java.util.ArrayList;
import java.util.List;

/** The mounts that we see: {@code /proc/self/mountinfo}, proc_pid_mountinfo(5). */
record MountTable(List<Mount> mounts) {
  /**
   * One mount.
   *
   * @param root the folder of its file system that it shows
   * @param point where it is mounted
   * @param type of its file system
   * @param options of its file system, by commas
   */
  record Mount(String root, String point, String type, String options) {}

  MountTable {
    mounts = List.copyOf(mounts);
  }

  /** Lines of a kind that the man page does not have are left out. */
  static MountTable parse(String mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo.split("\n")) {
      // 36 35 98:0 /root /point rw,noatime shared:1 - type source rw,super,options
      int separator = line.indexOf(" - ");
      String[] left = separator < 0 ? new String[0] : line.substring(0, separator).split(" ");
      String[] right = separator < 0 ? new String[0] : line.substring(separator + 3).split(" ");
      if (left.length >= 6 && right.length >= 1) {
        mounts.add(new Mount(left[3], left[4], right[0], right.length > 2 ? right[2] : ""));
      }
    }
    return new MountTable(mounts);
  }

  /** Options of the file system that is seen at a mount point: of the last mounted there. */
  List<String> optionsAt(String point) {
    return mounts.stream()
        .filter(mount -> mount.point().equals(point))
        .reduce((earlier, later) -> later)
        .map(mount -> List.of(mount.options().split(",")))
        .orElse(List.of());
  }

  /** The mounts below a mount point, in the order in which they were made. */
  List<Mount> below(String point) {
    return mounts.stream().filter(mount -> mount.point().startsWith(point + "/")).toList();
  }
}
