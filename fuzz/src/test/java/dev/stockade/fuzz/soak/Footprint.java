package dev.stockade.fuzz.soak;

import dev.stockade.core.linux.Folders;
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
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /**
   * When no process and no cgroup has come or gone for a while: what a job had is given back, and
   * the next spare made, after its result is known.
   */
  static Footprint now() throws IOException, InterruptedException {
    Settled settled = Settled.awaited();
    return new Footprint(
        settled.children(),
        settled.leaves(),
        Files.readAllLines(Path.of("/proc/self/mountinfo")).size(),
        count(Path.of("/proc/self/fd")),
        measureHeap());
  }

  private record Settled(long children, long leaves) {
    static Settled awaited() throws InterruptedException {
      long start = System.nanoTime();
      long since = start;
      Settled last = now();
      while (System.nanoTime() - since < CALM_NANOS && System.nanoTime() - start < PATIENCE_NANOS) {
        Thread.sleep(20);
        Settled next = now();
        if (!next.equals(last)) {
          last = next;
          since = System.nanoTime();
        }
      }
      return last;
    }

    private static Settled now() {
      return new Settled(ProcessHandle.current().children().count(), countLeaves());
    }
  }

  private static long countLeaves() {
    String ours = "stockade-" + ProcessHandle.current().pid() + "-";
    return Folders.below(Path.of("/sys/fs/cgroup"), 5).stream()
        .filter(path -> path.toString().contains(ours))
        .filter(path -> path.getFileName().toString().startsWith("job-"))
        .count();
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
