package dev.stockade.fuzz.mutation;

import dev.stockade.core.cgroup.CgroupSettings;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.JobCgroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is promised of the cgroups in which a program finds itself, held against their files. */
final class CgroupPromises {
  private static final Path MOUNTS = Path.of("/sys/fs/cgroup");

  private final Policy policy;
  private final HostProcess program;
  private final Broken broken;

  CgroupPromises(Policy policy, HostProcess program, Broken broken) {
    this.policy = policy;
    this.program = program;
    this.broken = broken;
  }

  void check() {
    CgroupSettings wanted = JobCgroup.settings(policy.limits());
    String memory = Long.toString(wanted.memoryMaxBytes());
    Map<String, Path> folders = folders(program);
    if (Files.exists(MOUNTS.resolve("cgroup.controllers"))) {
      Path leaf = folders.getOrDefault("", MOUNTS);
      file(leaf, "memory.max", memory);
      file(leaf, "memory.swap.max", "0");
      file(leaf, "memory.oom.group", "1");
      file(leaf, "pids.max", Integer.toString(wanted.pidsMax()));
      file(leaf, "cpu.max", "100000 100000");
    } else {
      Path leaf = folders.getOrDefault("memory", MOUNTS);
      Path pids = folders.getOrDefault("pids", MOUNTS);
      Path cpu = folders.getOrDefault("cpu", MOUNTS);
      Path accounts = folders.getOrDefault("cpuacct", MOUNTS);
      for (Path other : List.of(pids, cpu, accounts)) {
        broken.check("the leaf beside memory's", leaf.getFileName(), other.getFileName());
        broken.check("who is in " + other, processes(leaf), processes(other));
      }
      file(leaf, "memory.limit_in_bytes", memory);
      file(leaf, "memory.memsw.limit_in_bytes", memory);
      if (policy.network() != Policy.Network.NONE) {
        file(leaf, "memory.kmem.tcp.limit_in_bytes", memory);
      }
      file(pids, "pids.max", "" + wanted.pidsMax());
      file(cpu, "cpu.cfs_quota_us", "100000");
      file(cpu, "cpu.cfs_period_us", "100000");
    }
  }

  private void file(Path leaf, String name, String wanted) {
    String there = read(leaf.resolve(name));
    if (there == null && name.contains("sw")) {
      return; // this kernel cannot limit swap; doctor and capabilities() say so
    }
    broken.check(name, wanted, there);
  }

  private static List<String> processes(Path leaf) {
    String pids = read(leaf.resolve("cgroup.procs"));
    return pids == null ? List.of() : pids.lines().sorted().toList();
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of a process in each hierarchy, by controller; that of v2 by the empty name. */
  static Map<String, Path> folders(HostProcess process) {
    Map<String, Path> folders = new HashMap<>();
    for (String line : process.read("cgroup").orElse("").split("\n", -1)) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3) {
        for (String controller : List.of(parts[1].split(","))) {
          // The mount of "cpu,cpuacct" has links of both names; the v2 one of a hybrid host lies
          // beside.
          String path = controller + parts[2]; // absolute for v2, where it is below the mount
          folders.put(controller, MOUNTS.resolve(path.replaceFirst("^/", "")).normalize());
        }
      }
    }
    return folders;
  }
}
