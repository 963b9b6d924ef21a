package dev.stockade.core.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When to look next at how much CPU time a run has used: at the earliest moment at which the rest
 * can be used up.
 *
 * <p>That is with all processors, also under a CPU rate limit: it holds for whole periods of 100
 * ms, in each of which a run may use its share at once.
 */
final class CpuDeadline {
  private static final long LONGEST_SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LEAST_SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** CPU time that may be used between two looks, by up to eighty processors. */
  private static final long TOLERATED_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

  private final long limitNanos;
  private final int processors;
  private final long shortestNanos;

  /**
   * @param processors that there are
   */
  CpuDeadline(Duration limit, int processors) {
    this.limitNanos = limit.toNanos();
    this.processors = processors;
    this.shortestNanos =
        Math.min(
            LONGEST_SHORTEST_NANOS, Math.max(LEAST_SHORTEST_NANOS, TOLERATED_NANOS / processors));
  }

  /** How long to wait before the next look, when so much has been used. */
  long nanosUntilNextLook(long usedNanos) {
    return Math.max(shortestNanos, (limitNanos - usedNanos) / processors);
  }
}
