package dev.stockade.fuzz.soak;

import dev.stockade.core.linux.Folders;
import dev.stockade.fuzz.mutation.HostProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
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
    return of(Settled.awaited());
  }

  /** The same later, when it has as many processes and cgroups again, or never will have. */
  Footprint later() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Settled settled = Settled.awaited();
    while ((settled.children() != children || settled.leaves() != leaves)
        && System.nanoTime() - start < PATIENCE_NANOS) {
      settled = Settled.awaited();
    }
    return of(settled);
  }

  private static Footprint of(Settled settled) throws IOException {
    return new Footprint(
        settled.children(),
        settled.leaves(),
        Files.readAllLines(Path.of("/proc/self/mountinfo")).size(),
        count(Path.of("/proc/self/fd")),
        measureHeap());
  }

  /**
   * @param ending inits that have ended and are still there
   */
  private record Settled(long children, long ending, long leaves) {
    static Settled awaited() throws InterruptedException {
      long start = System.nanoTime();
      long since = start;
      Settled last = now();
      while (System.nanoTime() - since < CALM_NANOS && System.nanoTime() - start < PATIENCE_NANOS) {
        Thread.sleep(20);
        Settled next = now();
        if (!next.equals(last) || next.ending() > 0) {
          last = next;
          since = System.nanoTime();
        }
      }
      return last;
    }

    private static Settled now() {
      Set<Long> children = HostProcess.childrenOf(ProcessHandle.current().pid());
      return new Settled(
          children.size(), children.stream().filter(pid -> isEnding(pid)).count(), countLeaves());
    }

    /** An init that waits for a job has a payload. */
    private static boolean isEnding(long pid) {
      HostProcess child = new HostProcess(pid);
      return child.name().equals("stockade-init") && HostProcess.childrenOf(pid).isEmpty();
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
