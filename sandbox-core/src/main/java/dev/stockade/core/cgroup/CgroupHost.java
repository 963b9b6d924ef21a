package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The host as the search sees it: proc(5), who we are, what we were started with. Tests give a
 * folder of their own instead of {@code /proc}.
 *
 * @param proc where proc(5) is mounted
 * @param pid our own process
 * @param uid our effective user id
 * @param user our user's name, or id where it has none, for messages
 * @param environment our environment variables
 */
record CgroupHost(Path proc, long pid, int uid, String user, Map<String, String> environment) {
  /** Start time is field 22 of {@code /proc/PID/stat}; it follows the name in parentheses. */
  private static final int START_TIME_AFTER_NAME = 22 - 2 - 1;

  /** User ids are numbers of {@code Uid:} in {@code /proc/self/status}: real, effective, ... */
  private static final int EFFECTIVE = 1;

  static CgroupHost current() {
    Path proc = Path.of("/proc");
    int uid = effectiveId(proc.resolve("self/status"), "Uid:");
    String name =
        System.getProperty("user.name", "?"); // "?" for an id that passwd(5) does not have
    return new CgroupHost(
        proc,
        ProcessHandle.current().pid(),
        uid,
        name.equals("?") ? Integer.toUnsignedString(uid) : name,
        System.getenv());
  }

  private static int effectiveId(Path status, String field) {
    for (String line : Kernfs.read(status).split("\n")) {
      if (line.startsWith(field)) {
        String ids = line.substring(field.length()).strip();
        return Integer.parseUnsignedInt(ids.split("\\s+")[EFFECTIVE]);
      }
    }
    throw new SandboxException(status + " has no line " + field);
  }

  /** The lines of {@code /proc/self/cgroup}: hierarchy, controllers, path. */
  CgroupMembership membership() {
    return CgroupMembership.parse(Kernfs.read(proc.resolve("self/cgroup")));
  }

  Mounts mounts() {
    return Mounts.parse(Kernfs.read(proc.resolve("self/mountinfo")));
  }

  /** Whether swap space is in use, so that a memory limit without a swap limit can be exceeded. */
  boolean hasSwap() {
    String swaps = Kernfs.readIfPresent(proc.resolve("swaps"));
    return swaps != null && swaps.lines().skip(1).anyMatch(line -> !line.isBlank());
  }

  /**
   * When a process was started, in clock ticks since boot; tells it from a later one of the same
   * id. Empty when there is no such process.
   */
  OptionalLong startTime(long process) {
    String stat = Kernfs.readIfPresent(proc.resolve(process + "/stat"));
    if (stat == null || stat.isEmpty()) {
      return OptionalLong.empty();
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return OptionalLong.of(Long.parseUnsignedLong(fields[START_TIME_AFTER_NAME]));
  }

  /** The parent of a process; empty when the process is gone. */
  OptionalLong parent(long process) {
    String stat = Kernfs.readIfPresent(proc.resolve(process + "/stat"));
    if (stat == null || stat.isEmpty()) {
      return OptionalLong.empty();
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return OptionalLong.of(Long.parseLong(fields[1]));
  }

  /** A process's name for messages, such as {@code 4711 (bash)}. */
  String describe(long process) {
    String name = Kernfs.readIfPresent(proc.resolve(process + "/comm"));
    return name == null ? Long.toString(process) : process + " (" + name.strip() + ")";
  }

  /** The inode that names our PID namespace: ids of processes mean something only inside it. */
  long pidNamespace() {
    Path link = proc.resolve("self/ns/pid");
    try {
      String target = Files.readSymbolicLink(link).toString();
      return Long.parseUnsignedLong(target.substring(target.indexOf('[') + 1, target.indexOf(']')));
    } catch (IOException e) {
      throw new SandboxException("readlink(" + link + "): " + Kernfs.cause(e), e);
    }
  }

  @Nullable String environment(String name) {
    return environment.get(name);
  }
}
