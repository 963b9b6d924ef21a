package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cgroups that a process is in: {@code /proc/self/cgroup}, cgroups(7). */
record CgroupMembership(List<Entry> entries) {
  /**
   * One line, {@code hierarchy-ID:controller-list:cgroup-path}.
   *
   * @param hierarchy 0 for v2
   * @param controllers empty for v2; {@code name=systemd} stands for a named hierarchy
   * @param path relative to the root of the reader's cgroup namespace; begins with {@code /..} when
   *     the cgroup lies outside of it
   */
  record Entry(int hierarchy, List<String> controllers, String path) {
    Entry {
      controllers = List.copyOf(controllers);
    }
  }

  CgroupMembership {
    entries = List.copyOf(entries);
  }

  static CgroupMembership parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String line : text.split("\n")) {
      if (line.isEmpty()) {
        continue;
      }
      String[] fields = line.split(":", 3); // a path may contain ':'
      if (fields.length < 3 || !fields[2].startsWith("/")) {
        throw new SandboxException(
            "/proc/self/cgroup has a line that is not ID:LIST:PATH: " + line);
      }
      List<String> controllers =
          fields[1].isEmpty() ? List.of() : Arrays.asList(fields[1].split(","));
      entries.add(new Entry(Integer.parseInt(fields[0]), controllers, fields[2]));
    }
    return new CgroupMembership(entries);
  }

  /** Our path in the v2 hierarchy; {@code null} when the kernel has none. */
  @Nullable String unifiedPath() {
    for (Entry entry : entries) {
      if (entry.hierarchy() == 0 && entry.controllers().isEmpty()) {
        return entry.path();
      }
    }
    return null;
  }

  /** Our path in the v1 hierarchy of a controller; {@code null} when it is bound to none. */
  @Nullable String path(String controller) {
    for (Entry entry : entries) {
      if (entry.controllers().contains(controller)) {
        return entry.path();
      }
    }
    return null;
  }
}
