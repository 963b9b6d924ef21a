package dev.stockade.server.bench;

import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs one program very often in one sandbox: whether runs get slower, and whether anything grows.
 */
public final class Endurance {
  /** Fewer have no first and last that are worth comparing. */
  public static final int LEAST_RUNS = 4 * Effort.LEAST_RUNS;

  /** So many runs, or a quarter of all where that is less, are the first and the last. */
  private static final int WINDOW = 1000;

  /** After so many runs comes one without a sandbox, which shows what the host did meanwhile. */
  private static final int RUNS_PER_BARE = 10;

  private static final int RUNS_PER_SHOW = 250;

  private final Policy base;
  private final int runs;
  private final Progress progress;

  /**
   * @param runs at least {@link #LEAST_RUNS}
   */
  public Endurance(Policy policy, int runs, Progress progress) {
    if (runs < LEAST_RUNS) {
      throw new IllegalArgumentException(runs + " runs are too few");
    }
    this.base = policy;
    this.runs = runs;
    this.progress = progress;
  }

  /**
   * Measures.
   *
   * @param command run instead of {@code /bin/true}; {@code null} for that
   */
  public EnduranceReport run(@Nullable Workload command) throws IOException {
    Workload workload = command == null ? Workloads.trivial() : command;
    try (Workloads workloads = new Workloads();
        Confined sandbox = Confined.withSpare(Confined.showing(base, workloads));
        Lane confined = sandbox.enter(workload);
        Lane bare = Unconfined.bare().enter(workload)) {
      return measure(workload, confined, bare);
    } catch (CannotCompeteException e) {
      throw new BenchFailedException(e.reason(), e);
    }
  }

  private EnduranceReport measure(Workload workload, Lane confined, Lane bare)
      throws CannotCompeteException {
    int window = Math.min(WINDOW, runs / 4);
    turns(window, confined, bare, "warming up"); // the Java VM compiles what is run often
    Holdings before = Holdings.settled();
    Times times = turns(runs, confined, bare, workload.name());
    return new EnduranceReport(
        workload.name(),
        runs,
        Pair.of(times.confined(), window),
        Pair.of(times.bare(), Math.max(1, window / RUNS_PER_BARE)),
        before,
        Holdings.settled());
  }

  /** In nanoseconds, in their order. */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once
  private record Times(long[] confined, long[] bare) {}

  private Times turns(int count, Lane confined, Lane bare, String what)
      throws CannotCompeteException {
    long[] sandboxed = new long[count];
    long[] unconfined = new long[(count + RUNS_PER_BARE - 1) / RUNS_PER_BARE];
    for (int i = 0; i < count; i++) {
      if (i % RUNS_PER_SHOW == 0) {
        progress.show(i, count, what);
      }
      sandboxed[i] = nanos(confined);
      if (i % RUNS_PER_BARE == 0) {
        unconfined[i / RUNS_PER_BARE] = nanos(bare);
      }
    }
    return new Times(sandboxed, unconfined);
  }

  private static long nanos(Lane lane) throws CannotCompeteException {
    long began = System.nanoTime();
    lane.run();
    long took = System.nanoTime() - began;
    lane.after();
    return took;
  }

  /**
   * The first and the last of many times.
   *
   * @param first of so many runs
   * @param last of as many
   */
  public record Pair(Distribution first, Distribution last) {
    static Pair of(long[] nanos, int window) {
      return new Pair(
          new Distribution(Arrays.copyOf(nanos, window)),
          new Distribution(Arrays.copyOfRange(nanos, nanos.length - window, nanos.length)));
    }

    /** The last median in the first. */
    double ratio() {
      return (double) last.p50() / first.p50();
    }
  }
}
