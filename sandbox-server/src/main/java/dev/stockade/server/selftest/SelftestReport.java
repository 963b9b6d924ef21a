package dev.stockade.server.selftest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which promises hold on this host.
 *
 * @param rows one for each {@link Promise}, in their order
 */
public record SelftestReport(List<Row> rows) {
  /** What became of one promise. */
  public enum Status {
    HELD,
    NOT_HELD,
    NOT_TESTABLE
  }

  /**
   * One promise.
   *
   * @param held attacks that it withstood
   * @param all attacks on it
   * @param reasons which attack broke it and how, or why one could not be tried
   */
  public record Row(Promise promise, Status status, int held, int all, List<Reason> reasons) {}

  /**
   * Why an attack is not among those that were withstood.
   *
   * @param details one or more lines
   */
  public record Reason(String attack, Outcome.Status status, List<String> details) {}

  /** Whether every promise was tested and holds. */
  public boolean holds() {
    return rows.stream().allMatch(row -> row.status() == Status.HELD);
  }

  /** Collects outcomes. */
  static final class Collector {
    private final Map<Promise, List<Reason>> reasons = new EnumMap<>(Promise.class);
    private final Map<Promise, Integer> counts = new EnumMap<>(Promise.class);

    /**
     * @param harm done to the canaries meanwhile
     */
    void add(Attack attack, Outcome outcome, List<String> harm) {
      counts.merge(attack.promise(), 1, Integer::sum);
      List<String> details = new ArrayList<>(outcome.reasons());
      details.addAll(harm);
      Outcome.Status status = harm.isEmpty() ? outcome.status() : Outcome.Status.BROKEN;
      if (status != Outcome.Status.HELD) {
        reasons
            .computeIfAbsent(attack.promise(), any -> new ArrayList<>())
            .add(new Reason(attack.name(), status, List.copyOf(details)));
      }
    }

    SelftestReport done() {
      List<Row> rows = new ArrayList<>();
      for (Promise promise : Promise.values()) {
        List<Reason> why = reasons.getOrDefault(promise, List.of());
        int all = counts.getOrDefault(promise, 0);
        int held = all - why.size();
        boolean broken = why.stream().anyMatch(reason -> reason.status() == Outcome.Status.BROKEN);
        Status status = broken ? Status.NOT_HELD : held > 0 ? Status.HELD : Status.NOT_TESTABLE;
        rows.add(new Row(promise, status, held, all, List.copyOf(why)));
      }
      return new SelftestReport(List.copyOf(rows));
    }
  }
}
