package dev.stockade.core.cgroup;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a leaf's limits back from the kernel, of either version. */
final class LeafFiles {
  private LeafFiles() {}

  /** The limits in force; where the host has no such limit, the wanted one. */
  static CgroupSettings limits(CgroupLease lease, CgroupSettings wanted) {
    String memory = find(lease, "memory.max", "memory.limit_in_bytes");
    String pids = find(lease, "pids.max");
    return new CgroupSettings(
        memory == null ? wanted.memoryMaxBytes() : memory(memory),
        pids == null ? wanted.pidsMax() : (int) Math.min(FlatKeyed.number(pids), Integer.MAX_VALUE),
        cpus(lease, wanted));
  }

  private static long memory(String text) {
    long bytes = FlatKeyed.number(text);
    return bytes > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : bytes;
  }

  private static double cpus(CgroupLease lease, CgroupSettings wanted) {
    String max = find(lease, "cpu.max");
    if (max != null) {
      String[] parts = max.strip().split(" ");
      return parts[0].equals("max")
          ? Double.POSITIVE_INFINITY
          : Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
    }
    String quota = find(lease, "cpu.cfs_quota_us");
    String period = find(lease, "cpu.cfs_period_us");
    if (quota == null || period == null) {
      return wanted.cpus();
    }
    return FlatKeyed.number(quota) < 0
        ? Double.POSITIVE_INFINITY
        : (double) FlatKeyed.number(quota) / FlatKeyed.number(period);
  }

  private static @Nullable String find(CgroupLease lease, String... names) {
    for (Path procs : lease.procsFiles()) {
      for (String name : names) {
        String text = Kernfs.readIfPresent(procs.resolveSibling(name));
        if (text != null) {
          return text;
        }
      }
    }
    return null;
  }
}
