package dev.stockade.core.run;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.ProcFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The host ids that a server started as root uses for jobs, users and groups alike.
 *
 * @param first the smallest
 * @param count how many there are
 */
record DroppedIds(int first, int count) {
  /**
   * First of them where every id is mapped: above what useradd(8), systemd's dynamic users and
   * containers take by default, below 2^31.
   */
  static final int BASE = 0x7000_0000;

  private static final int COUNT = 1 << 28;

  /** Servers of different pids on one host use different blocks of this many ids. */
  private static final int BLOCK = 1 << 10;

  /** Those of our user namespace, in which a container may have few. */
  static DroppedIds ofThisProcess() {
    try {
      return of(
          ProcFile.read(Path.of("/proc/self/uid_map")),
          ProcFile.read(Path.of("/proc/self/gid_map")));
    } catch (IOException e) {
      throw new SandboxException("/proc/self/uid_map and gid_map cannot be read", e);
    }
  }

  /**
   * The usual ones where they are mapped, else the third quarter of what is mapped: below nobody,
   * 65534, and above the ids of people and services.
   *
   * @param uidMap lines of first id inside, first outside, and how many: user_namespaces(7)
   * @param gidMap as {@code uidMap}
   */
  static DroppedIds of(String uidMap, String gidMap) {
    long[] users = largest(uidMap);
    long[] groups = largest(gidMap);
    long start = Math.max(users[0], groups[0]);
    long end = Math.min(users[1], groups[1]);
    if (start <= BASE && end >= (long) BASE + COUNT) {
      return new DroppedIds(BASE, COUNT);
    }
    int quarter = (int) (Math.max(0, Math.min(end, Integer.MAX_VALUE) - start) / 4);
    if (quarter == 0) {
      throw new HostUnsupportedException(
          "host ids for jobs",
          "we are root of a user namespace in which hardly any other id is mapped",
          "start it as an ordinary user; or map more ids, as Kubernetes does with hostUsers: false");
    }
    return new DroppedIds((int) start + 2 * quarter, quarter);
  }

  /** The largest range of a map: its first id, and the one behind its last. */
  private static long[] largest(String map) {
    long[] found = {0, 0};
    for (String line : map.split("\n")) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length == 3) {
        long first = Long.parseLong(fields[0]);
        long behind = first + Long.parseLong(fields[2]);
        if (behind - first > found[1] - found[0]) {
          found = new long[] {first, behind};
        }
      }
    }
    return found;
  }

  /** The id of one slot of the server with this pid. */
  int id(int pid, int slot) {
    int block = pid % Math.max(1, count / BLOCK);
    return first + (block * BLOCK + slot % BLOCK) % count;
  }
}
