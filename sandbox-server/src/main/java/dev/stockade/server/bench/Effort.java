package dev.stockade.server.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param runs of each contestant with {@code /bin/true}; fewer with longer workloads
 * @param warmUp rounds for each that is measured, before those that are
 * @param httpWarmUp jobs over HTTP before those that are measured: what the Java VM compiles last
 * @param interval for which each throughput is measured
 * @param concurrencies of throughput
 * @param starts of the server
 */
public record Effort(
    int runs,
    double warmUp,
    int httpWarmUp,
    Duration interval,
    List<Integer> concurrencies,
    int starts) {
  /** Fewer say nothing about a median. */
  public static final int LEAST_RUNS = 10;

  /** Of the whole measurement: about three minutes. */
  public static final int RUNS = 300;

  /** Of the quick one: some seconds. */
  public static final int QUICK_RUNS = 20;

  private static final int HTTP_WARM_UP = 2000;

  private static final double QUICK_WARM_UP = 0.2;

  private static final List<Integer> CONCURRENCIES = List.of(1, 2, 4, 8, 16);

  public Effort {
    concurrencies = List.copyOf(concurrencies);
  }

  /** What the documents show. */
  public static Effort whole(int runs) {
    return new Effort(runs, 1, HTTP_WARM_UP, Duration.ofMillis(1500), CONCURRENCIES, 5);
  }

  /** Enough to see that everything works. */
  public static Effort quick(int runs) {
    return new Effort(runs, QUICK_WARM_UP, runs / 5, Duration.ofMillis(150), CONCURRENCIES, 1);
  }

  int warmUpOf(Workload workload) {
    return (int) (runsOf(workload) * warmUp);
  }

  int runsOf(Workload workload) {
    return Math.max(LEAST_RUNS, runs / workload.divisor());
  }
}
