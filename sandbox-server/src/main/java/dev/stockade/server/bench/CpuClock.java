package dev.stockade.server.bench;

import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.ProcFile;
import dev.stockade.core.linux.Sys;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads how much CPU time this JVM, its descendants and the kernel's own threads have used.
 *
 * <p>Ours: getrusage(2) of this process, of its descendants that have been waited for, and {@code
 * /proc/PID/schedstat} of its children that live (zygotes, spares). The kernel's: schedstat of
 * every child of kthreadd, process 2. Not seen: what interrupts do on behalf of nobody.
 */
final class CpuClock {
  private static final int RUSAGE_SELF = 0;
  private static final int RUSAGE_CHILDREN = -1;
  private static final int KTHREADD = 2;

  /** Four words that count, {@code ru_utime} and {@code ru_stime}, and fourteen that do not. */
  private static final int RUSAGE_BYTES = 144;

  private static final File PROC = new File("/proc");

  private final int self = Sys.pid();

  /**
   * One reading.
   *
   * @param processNanos ours, since the JVM began
   * @param kernelNanos of each of the kernel's threads, by its pid; empty where none can be seen
   */
  record Reading(long processNanos, Map<Integer, Long> kernelNanos) {
    /** Ours since an earlier reading. */
    long processSince(Reading earlier) {
      return processNanos - earlier.processNanos;
    }

    /** The kernel's since an earlier reading; {@code null} where it cannot be seen. */
    @Nullable Long kernelSince(Reading earlier) {
      if (kernelNanos.isEmpty()) {
        return null;
      }
      long sum = 0;
      for (Map.Entry<Integer, Long> thread : kernelNanos.entrySet()) {
        // A thread that ended in the meantime takes its time with it; one that began starts at 0.
        sum +=
            Math.max(0, thread.getValue() - earlier.kernelNanos.getOrDefault(thread.getKey(), 0L));
      }
      return sum;
    }
  }

  Reading read() {
    long ours = used(RUSAGE_SELF) + used(RUSAGE_CHILDREN);
    Map<Integer, Long> kernel = new HashMap<>();
    String[] names = PROC.list();
    for (String name : names == null ? new String[0] : names) {
      if (!Character.isDigit(name.charAt(0))) {
        continue;
      }
      try {
        int parent = parent(ProcFile.read(Path.of("/proc", name, "stat")));
        if (parent == self) {
          ours += ran(name);
        } else if (parent == KTHREADD) {
          kernel.put(Integer.parseInt(name), ran(name));
        }
      } catch (IOException gone) {
        // What it used is in RUSAGE_CHILDREN now, if it was ours.
      }
    }
    return new Reading(ours, kernel);
  }

  /** {@code pid (comm) state ppid …}, proc_pid_stat(5); the name may hold anything. */
  static int parent(String stat) {
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ")[1]);
  }

  /** Its first number is the time spent on a processor, in nanoseconds. */
  private static long ran(String pid) throws IOException {
    String schedstat = ProcFile.read(Path.of("/proc", pid, "schedstat"));
    return Long.parseLong(schedstat.strip().split(" ")[0]);
  }

  private static long used(int who) {
    byte[] usage = new byte[RUSAGE_BYTES];
    try (NativeBuffer buffer = NativeBuffer.allocate(RUSAGE_BYTES)) {
      Sys.usage(who, buffer);
      buffer.get(usage, 0, usage.length);
    }
    ByteBuffer words = ByteBuffer.wrap(usage).order(ByteOrder.nativeOrder());
    return nanos(words.getLong(), words.getLong()) + nanos(words.getLong(), words.getLong());
  }

  private static long nanos(long seconds, long micros) {
    return seconds * 1_000_000_000L + micros * 1_000L;
  }
}
