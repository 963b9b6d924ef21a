package dev.stockade.server.bench;

import dev.stockade.server.bench.Endurance.Pair;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What many runs in one sandbox came to.
 *
 * @param workload what was run
 * @param runs how often, after as many for warming up as the first are
 * @param confined in the sandbox
 * @param bare without one, once for every ten of the others
 * @param before what was held before the first run
 * @param after what was held after the last
 */
public record EnduranceReport(
    String workload, int runs, Pair confined, Pair bare, Holdings before, Holdings after) {
  /** As text for people, at most 80 columns wide. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, workload + ", " + runs + " runs in one sandbox, one after the other");
    int window = confined.first().count();
    row(text, "p50", "first " + window, "last " + window, "ratio");
    row(text, Confined.SPARE, confined);
    row(text, Unconfined.BARE, bare);
    line(text, "");
    row(text, "held", "before", "after", "");
    row(text, "descriptors", before.descriptors(), after.descriptors());
    row(text, "threads", before.threads(), after.threads());
    row(text, "zygotes and spares", before.children(), after.children());
    row(text, "their memory, PSS", kib(before.childrenPssBytes()), kib(after.childrenPssBytes()));
    row(text, "cgroups", before.cgroups(), after.cgroups());
    row(text, "mounts", before.mounts(), after.mounts());
    row(text, "Java heap", kib(before.heapBytes()), kib(after.heapBytes()));
    return text.toString();
  }

  /** Everything, times in nanoseconds; what is not known is {@code null}. */
  public JsonObject json() {
    return new JsonObject()
        .put("workload", workload)
        .put("runs", runs)
        .put("sandbox", json(confined))
        .put("bare", json(bare))
        .put("before", json(before))
        .put("after", json(after));
  }

  private static JsonObject json(Pair pair) {
    return new JsonObject()
        .put("first", BenchJson.distribution(pair.first()))
        .put("last", BenchJson.distribution(pair.last()))
        .put("ratio", pair.ratio());
  }

  private static JsonObject json(Holdings held) {
    return new JsonObject()
        .put("descriptors", held.descriptors())
        .put("threads", held.threads())
        .put("children", held.children())
        .put("childrenPssBytes", held.childrenPssBytes())
        .put("cgroups", held.cgroups())
        .put("mounts", held.mounts())
        .put("heapBytes", held.heapBytes());
  }

  private static String kib(@Nullable Long bytes) {
    return bytes == null ? "not readable" : Figures.kib(bytes);
  }

  private static void row(StringBuilder text, String name, Pair pair) {
    row(
        text,
        name,
        Figures.millis(pair.first().p50()),
        Figures.millis(pair.last().p50()),
        Figures.ratio(pair.ratio()));
  }

  private static void row(StringBuilder text, String name, Object before, Object after) {
    row(text, name, before, after, "");
  }

  private static void row(
      StringBuilder text, String name, Object before, Object after, String ratio) {
    String line = String.format(Locale.ROOT, "%-32s%14s%14s%10s", name, before, after, ratio);
    line(text, line.stripTrailing());
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
