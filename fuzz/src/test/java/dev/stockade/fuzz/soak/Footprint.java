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
  private static final long CALM_NANOS = 1_000_000_000L;
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  /**
   * When no process has come or gone for a while: what a job had is given back, and the next spare
   * made, after its result is known.
   */
  static Footprint now() throws IOException, InterruptedException {
    return new Footprint(
        settledChildren(),
        countLeaves(),
        Files.readAllLines(Path.of("/proc/self/mountinfo")).size(),
        count(Path.of("/proc/self/fd")),
        measureHeap());
  }

  private static long settledChildren() throws InterruptedException {
    long start = System.nanoTime();
    long since = start;
    long last = -1;
    while (System.nanoTime() - since < CALM_NANOS && System.nanoTime() - start < PATIENCE_NANOS) {
      long count = ProcessHandle.current().children().count();
      if (count != last) {
        last = count;
        since = System.nanoTime();
      }
      Thread.sleep(20);
    }
    return last;
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
