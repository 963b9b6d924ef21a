package dev.stockade.server.bench;

import dev.stockade.core.linux.Folders;
import dev.stockade.core.linux.ProcFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this process holds of the host at one moment.
 *
 * @param descriptors open in this process
 * @param threads of this process, those of the Java VM included
 * @param children zygotes and spares
 * @param cgroups of this process's sandboxes, subtrees and leaves
 * @param mounts in this process's mount namespace
 * @param childrenPssBytes the children's memory; {@code null} when it may not be read
 * @param heapBytes in use on the Java heap after a collection
 */
public record Holdings(
    int descriptors,
    int threads,
    int children,
    int cgroups,
    int mounts,
    @Nullable Long childrenPssBytes,
    long heapBytes) {
  /** Deeper than any cgroup of ours: a base, a subtree, a leaf, below a hierarchy and a service. */
  private static final int DEEPEST = 8;

  /** What does not change for so long has settled. */
  private static final long SETTLE_NANOS = 500_000_000;

  /** What goes on growing never settles, and is told as it is then. */
  private static final int MOST_LOOKS = 20;

  /** One collection alone may leave what the one before has moved. */
  private static final int COLLECTIONS = 3;

  /** Once what the last run set off is over: a spare being made, what was before it cleaned up. */
  static Holdings settled() {
    Holdings before = now();
    for (int i = 0; i < MOST_LOOKS; i++) {
      LockSupport.parkNanos(SETTLE_NANOS);
      Holdings after = now();
      if (after.children == before.children
          && after.cgroups == before.cgroups
          && after.mounts == before.mounts) {
        return after;
      }
      before = after;
    }
    return before;
  }

  private static Holdings now() {
    try {
      return new Holdings(
          entries(Path.of("/proc/self/fd")),
          entries(Path.of("/proc/self/task")),
          (int) ProcessHandle.current().children().count(),
          ownCgroups(),
          ProcFile.read(Path.of("/proc/self/mountinfo")).split("\n").length,
          SlotMemory.pssBytesOfOurChildren(),
          heapAfterCollection());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return (int) entries.count();
    }
  }

  /** Our subtrees have our pid in their names. */
  private static int ownCgroups() {
    String ours = "/stockade-" + ProcessHandle.current().pid() + "-";
    return (int)
        Folders.below(Path.of("/sys/fs/cgroup"), DEEPEST).stream()
            .filter(folder -> folder.toString().contains(ours))
            .count();
  }

  private static long heapAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
