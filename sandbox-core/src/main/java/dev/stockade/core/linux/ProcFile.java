package dev.stockade.core.linux;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads files that the kernel makes up when they are read.
 *
 * <p>{@code Files.readString} asks such a file for its size, is told 0, and reads its first byte
 * alone; a sysctl gives the rest to nobody (proc_sys(5)): {@code cap_last_cap} 40 reads as 4.
 */
public final class ProcFile {
  private static final int LONGEST = 1 << 20;

  private ProcFile() {}

  /** The text of a file under /proc or /sys, at most 1 MiB. */
  public static String read(Path path) throws IOException {
    try (FileInputStream in = new FileInputStream(path.toFile())) {
      return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
    }
  }
}
