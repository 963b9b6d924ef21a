package dev.stockade.server.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measured times, in nanoseconds. */
public final class Distribution {
  private static final int QUANTILES = 100;

  private final long[] sorted;

  /**
   * @param nanos one or more times, in any order
   */
  public Distribution(long... nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  public int count() {
    return sorted.length;
  }

  public long p50() {
    return percentile(50);
  }

  public long p95() {
    return percentile(95);
  }

  public long p99() {
    return percentile(99);
  }

  /** The smallest value that at least so many percent of all do not exceed. */
  long percentile(int percent) {
    int rank = (int) Math.ceil(sorted.length * (double) percent / QUANTILES);
    return sorted[Math.max(0, rank - 1)];
  }

  /** The smallest, then the 1st to the 100th percentile. */
  List<Long> quantiles() {
    List<Long> all = new ArrayList<>();
    for (int percent = 0; percent <= QUANTILES; percent++) {
      all.add(percentile(percent));
    }
    return all;
  }
}
