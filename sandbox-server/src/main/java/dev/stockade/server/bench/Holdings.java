package dev.stockade.server.bench;

import dev.stockade.core.linux.ProcFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** One collection alone may leave what the one before has moved. */
  private static final int COLLECTIONS = 3;

  static Holdings now() {
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
  private static int ownCgroups() throws IOException {
    String ours = "/stockade-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), DEEPEST)) {
      return (int)
          all.filter(path -> path.toString().contains(ours)).filter(Files::isDirectory).count();
    }
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
