package dev.stockade.fuzz.calls;

import dev.stockade.core.Verdict;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What was called and what came of it, for the report at the end. */
final class Tally {
  private static final long MANY = 500;

  private final Map<String, Count> calls = new TreeMap<>();
  private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
  private long startNanos = System.nanoTime();
  private long runs;
  private long made;
  private long reached;
  private long passed;
  private long hostile;

  private static final class Count {
    private long called;
    private long succeeded;
  }

  /** Time is counted from here. */
  synchronized void begin() {
    startNanos = System.nanoTime();
  }

  synchronized long elapsedNanos() {
    return System.nanoTime() - startNanos;
  }

  /**
   * Counts a run.
   *
   * @param cameToHostileCall see {@link Oracles#cameToHostileCall}
   */
  synchronized void add(Case one, Outcome outcome, boolean cameToHostileCall) {
    runs++;
    hostile += cameToHostileCall ? 1 : 0;
    made += one.calls().size();
    verdicts.merge(outcome.result().verdict(), 1L, Long::sum);
    for (int i = 0; i < one.calls().size(); i++) {
      long result = outcome.results()[i];
      if (result != CasePlan.NOT_REACHED) {
        reached++;
        Count count = calls.computeIfAbsent(one.calls().get(i).name(), any -> new Count());
        count.called++;
        boolean failed = result < 0 && result > -4096;
        count.succeeded += failed ? 0 : 1;
        passed += failed ? 0 : 1;
      }
    }
  }

  /** Calls that have returned: what the fuzzer counts as executed. */
  synchronized long reached() {
    return reached;
  }

  /**
   * Whether more than a share of the runs has a verdict. Of fewer than {@link #MANY} runs, as in
   * the guest, chance decides too much: one is enough.
   */
  synchronized boolean isFrequent(Verdict verdict, double share) {
    return isFrequent(verdicts.getOrDefault(verdict, 0L), share);
  }

  /** As {@link #isFrequent}, of the runs that came to a hostile call. */
  synchronized boolean areHostileCallsFrequent(double share) {
    return isFrequent(hostile, share);
  }

  private boolean isFrequent(long seen, double share) {
    return runs < MANY ? seen > 0 : seen > share * runs;
  }

  synchronized int distinct() {
    return calls.size();
  }

  synchronized String table(Budget budget) {
    double seconds = elapsedNanos() / (double) TimeUnit.SECONDS.toNanos(1);
    StringBuilder text = new StringBuilder();
    line(
        text,
        "System calls fuzzed: %,d executed of %,d in %,d runs, %.0f s; goal: %s",
        reached,
        made,
        runs,
        seconds,
        budget);
    line(
        text,
        "%,.0f calls and %.1f runs per second; %.1f %% succeeded; %d distinct calls",
        reached / seconds,
        runs / seconds,
        100.0 * passed / Math.max(1, reached),
        calls.size());
    line(text, "verdicts: %s; %d runs came to a hostile call", verdicts, hostile);
    int column = 0;
    for (Map.Entry<String, Count> entry : calls.entrySet()) {
      Count count = entry.getValue();
      text.append(
          String.format(
              Locale.ROOT,
              "%-24s%7d %5.1f %%",
              entry.getKey(),
              count.called,
              100.0 * count.succeeded / count.called));
      text.append(++column % 3 == 0 ? "\n" : "   ");
    }
    return text.append('\n').toString();
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
