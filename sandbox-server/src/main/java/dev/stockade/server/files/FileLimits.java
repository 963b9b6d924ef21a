package dev.stockade.server.files;

import dev.stockade.core.policy.ByteSize;
import java.time.Duration;

/**
 * How much may be stored, and for how long.
 *
 * @param largest one file at most
 * @param total all files together, those that are coming in as well
 * @param keep time for which a file is kept that nobody uses
 */
public record FileLimits(ByteSize largest, ByteSize total, Duration keep) {
  /** Between being looked up for a job and being held for it, a file must not go. */
  public static final Duration SHORTEST_KEEP = Duration.ofMinutes(1);

  /** 256 MiB, 4 GiB in all, 24 hours. */
  public static FileLimits defaults() {
    return new FileLimits(
        ByteSize.ofMebibytes(256), ByteSize.ofMebibytes(4096), Duration.ofHours(24));
  }
}
