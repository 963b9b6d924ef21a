package dev.stockade.fuzz.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process has of the host.
 *
 * @param children processes that it started
 * @param leaves cgroups of jobs
 * @param mounts in its mount namespace
 */
record Footprint(long children, long leaves, long mounts, long descriptors, long heap) {
  static Footprint now() throws IOException {
    return new Footprint(
        ProcessHandle.current().children().count(),
        countLeaves(),
        Files.readAllLines(Path.of("/proc/self/mountinfo")).size(),
        count(Path.of("/proc/self/fd")),
        measureHeap());
  }

  private static long countLeaves() throws IOException {
    String ours = "stockade-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> all =
        Files.find(Path.of("/sys/fs/cgroup"), 5, (path, file) -> file.isDirectory())) {
      return all.filter(path -> path.toString().contains(ours))
          .filter(path -> path.getFileName().toString().startsWith("job-"))
          .count();
    }
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }

  /** What is left after some collections. */
  private static long measureHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
