package dev.stockade.core.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits that one request asks for; {@code null} takes the policy's. Fields as in {@link
 * Limits}.
 */
public record LimitOverrides(
    @Nullable Duration cpuTime,
    @Nullable Duration wallTime,
    @Nullable ByteSize memory,
    @Nullable Integer pids,
    @Nullable ByteSize output,
    @Nullable Double cpus) {
  /** Asks for nothing: the policy's own limits hold. */
  public static final LimitOverrides NONE = new LimitOverrides(null, null, null, null, null, null);
}
