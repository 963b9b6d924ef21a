package dev.stockade.core.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A host made of files in a folder: enough for everything that only looks. */
final class FakeHost {
  static final long PID = 4711;
  static final long START = 123456;
  static final long PID_NAMESPACE = 4026531836L;

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final StringBuilder mountinfo = new StringBuilder();
  private final StringBuilder membership = new StringBuilder();
  private int uid = 1000;

  FakeHost(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("proc/self/ns"));
    Files.createSymbolicLink(
        folder.resolve("proc/self/ns/pid"), Path.of("pid:[" + PID_NAMESPACE + "]"));
    process(PID, 1, START, "java");
    write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
  }

  FakeHost uid(int value) {
    uid = value;
    return this;
  }

  FakeHost environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** A name with a space and a parenthesis is the worst that field 2 can hold. */
  FakeHost process(long pid, long parent, long start, String name) throws IOException {
    String before = pid + " (" + name + " )) S " + parent;
    String fields = " 0".repeat(17) + " " + start + " 0 0\n";
    write("proc/" + pid + "/stat", before + fields);
    write("proc/" + pid + "/comm", name + "\n");
    return this;
  }

  FakeHost unified(String ownPath, String mountOptions) {
    membership.append("0::").append(ownPath).append('\n');
    mountinfo.append("41 31 0:38 / ").append(root("v2")).append(' ').append(mountOptions);
    mountinfo.append(" - cgroup2 cgroup2 rw\n");
    return this;
  }

  FakeHost legacy(String controllers, String ownPath) {
    membership.append("4:").append(controllers).append(':').append(ownPath).append('\n');
    mountinfo.append("32 31 0:29 / ").append(root(controllers));
    mountinfo.append(" rw - cgroup cgroup rw,").append(controllers).append('\n');
    return this;
  }

  Path root(String hierarchy) {
    return folder.resolve(hierarchy);
  }

  /** A v2 cgroup; only the kernel's root has no type. */
  FakeHost cgroup(String path, String type, String controllers, String enabled, Long... pids)
      throws IOException {
    String dir = "v2/" + path + "/";
    if (!type.isEmpty()) {
      write(dir + "cgroup.type", type + "\n");
    }
    write(dir + "cgroup.controllers", controllers + "\n");
    write(dir + "cgroup.subtree_control", enabled + "\n");
    StringBuilder procs = new StringBuilder();
    List.of(pids).forEach(pid -> procs.append(pid).append('\n'));
    write(dir + "cgroup.procs", procs.toString());
    return this;
  }

  FakeHost write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    return this;
  }

  CgroupHost build() throws IOException {
    write("proc/self/mountinfo", mountinfo.toString());
    write("proc/self/cgroup", membership.toString());
    return new CgroupHost(folder.resolve("proc"), PID, uid, "ada", environment);
  }
}
