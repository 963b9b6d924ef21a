package dev.stockade.server.bench;

import dev.stockade.core.linux.ProcFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The memory of the processes that a sandbox keeps: the children of this one. */
final class SlotMemory {
  private static final String FIELD = "Pss:";

  private SlotMemory() {}

  /**
   * The sum of the children's proportional set sizes, {@code Pss} in {@code smaps_rollup},
   * proc_pid_smaps(5); {@code null} when one may not be read, as those of an init that has made
   * itself undumpable may be by root only.
   */
  static @Nullable Long pssBytesOfOurChildren() {
    List<Long> children = ProcessHandle.current().children().map(ProcessHandle::pid).toList();
    long sum = 0;
    for (long pid : children) {
      try {
        sum += pssBytes(ProcFile.read(Path.of("/proc/" + pid + "/smaps_rollup")));
      } catch (IOException notReadable) {
        return null;
      }
    }
    return sum;
  }

  /** The line reads {@code Pss: 123 kB}. */
  static long pssBytes(String smapsRollup) throws IOException {
    for (String line : smapsRollup.split("\n")) {
      if (line.startsWith(FIELD)) {
        return Long.parseLong(line.substring(FIELD.length()).replace("kB", "").strip()) * 1024;
      }
    }
    throw new IOException("no line " + FIELD);
  }
}
