package dev.stockade.server.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a measurement came to.
 *
 * @param runs of each kind
 * @param slotPssBytes proportional set size of a warm slot, its zygote and its spare; {@code null}
 *     when it cannot be read
 */
record BenchReport(List<String> command, int runs, @Nullable Long slotPssBytes, List<Row> rows) {
  BenchReport {
    command = List.copyOf(command);
    rows = List.copyOf(rows);
  }

  /**
   * One kind's times.
   *
   * @param ratio of its median to that of the first kind
   */
  record Row(String name, long p50Nanos, long p95Nanos, long p99Nanos, double ratio) {}

  /** Sorts each kind's times; the first kind is what the others are compared with. */
  static List<Row> rows(List<String> names, long[][] nanos) {
    List<Row> rows = new ArrayList<>();
    double base = 0;
    for (int i = 0; i < names.size(); i++) {
      long[] sorted = nanos[i].clone();
      Arrays.sort(sorted);
      long median = percentile(sorted, 50);
      base = i == 0 ? median : base;
      rows.add(
          new Row(
              names.get(i), median, percentile(sorted, 95), percentile(sorted, 99), median / base));
    }
    return rows;
  }

  /** The smallest value that at least so many percent of all do not exceed. */
  static long percentile(long[] sorted, int percent) {
    int rank = (int) Math.ceil(sorted.length * percent / 100.0);
    return sorted[Math.max(0, rank - 1)];
  }

  String toText() {
    StringBuilder text = new StringBuilder();
    text.append(String.join(" ", command))
        .append(", " + runs + " runs of each kind, taking turns; ")
        .append(java() + ", " + processors() + " processors\n\n")
        .append(line("", "p50", "p95", "p99", "ratio"));
    for (Row row : rows) {
      text.append(
          line(
              row.name(),
              Quantity.nanos(row.p50Nanos()),
              Quantity.nanos(row.p95Nanos()),
              Quantity.nanos(row.p99Nanos()),
              String.format(Locale.ROOT, "%.2f", row.ratio())));
    }
    String memory =
        slotPssBytes == null ? "memory cannot be read here" : Quantity.bytes(slotPssBytes) + " PSS";
    return text.append("\nA warm slot, zygote and spare: " + memory + "\n").toString();
  }

  private static String line(String... cells) {
    return String.format(Locale.ROOT, "%-33s%10s%10s%10s%8s%n", (Object[]) cells);
  }

  JsonObject toJson() {
    JsonArray kinds = new JsonArray();
    for (Row row : rows) {
      kinds.add(
          new JsonObject()
              .put("name", row.name())
              .put("p50Nanos", row.p50Nanos())
              .put("p95Nanos", row.p95Nanos())
              .put("p99Nanos", row.p99Nanos())
              .put("ratio", row.ratio()));
    }
    return new JsonObject()
        .put("command", new JsonArray(command))
        .put("runs", runs)
        .put("java", java())
        .put("processors", processors())
        .put("slotPssBytes", slotPssBytes)
        .put("kinds", kinds);
  }

  private static String java() {
    return "Java " + Runtime.version();
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }
}
