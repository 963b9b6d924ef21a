package dev.stockade.server.bench;

import dev.stockade.server.bench.BenchReport.Cpu;
import dev.stockade.server.bench.BenchReport.Entry;
import dev.stockade.server.bench.BenchReport.Http;
import dev.stockade.server.bench.BenchReport.Measured;
import dev.stockade.server.bench.BenchReport.NotMeasured;
import dev.stockade.server.bench.BenchReport.Race;
import dev.stockade.server.bench.BenchReport.Throughput;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A report as JSON: everything, times in nanoseconds; what is not known is {@code null}. */
public final class BenchJson {
  private BenchJson() {}

  /** Renders a report. */
  public static JsonObject of(BenchReport report) {
    BenchReport.Conditions conditions = report.conditions();
    JsonArray races = new JsonArray();
    report.races().forEach(race -> races.add(race(race)));
    JsonArray throughput = new JsonArray();
    report.throughput().forEach(one -> throughput.add(throughput(report, one)));
    JsonArray steps = new JsonArray();
    report.steps().forEach(step -> steps.add(step(step)));
    return new JsonObject()
        .put("at", conditions.at())
        .put("java", conditions.java())
        .put("kernel", conditions.kernel())
        .put("processors", conditions.processors())
        .put("loadBefore", conditions.load() < 0 ? null : conditions.load())
        .put("tookNanos", conditions.took().toNanos())
        .put("degraded", new JsonArray(conditions.degraded()))
        .put("workloads", races)
        .put("throughput", throughput)
        .put("http", http(report.http()))
        .put("serverStart", start(report.start()))
        .put("slotPssBytes", report.slot().pssBytes())
        .put("steps", steps);
  }

  private static JsonObject race(Race race) {
    JsonArray kinds = new JsonArray();
    race.entries().forEach(entry -> kinds.add(entry(race, entry)));
    return new JsonObject()
        .put("name", race.workload())
        .put("runs", race.runs())
        .put("kinds", kinds);
  }

  private static JsonObject entry(Race race, Entry entry) {
    Measured measured = entry.outcome() instanceof Measured times ? times : null;
    JsonArray commands = new JsonArray();
    entry.commands().forEach(command -> commands.add(new JsonArray(command)));
    return new JsonObject()
        .put("name", entry.contestant())
        .put("latency", measured == null ? null : distribution(measured.latency()))
        .put("ratio", measured == null ? null : race.ratio(measured))
        .put("cpu", measured == null ? null : cpu(measured.cpu()))
        .put("cpuRatio", measured == null ? null : race.cpuRatio(measured))
        .put(
            "notMeasured", entry.outcome() instanceof NotMeasured missing ? missing.reason() : null)
        .put("commands", commands)
        .put("differences", entry.differences());
  }

  static JsonObject distribution(Distribution times) {
    return new JsonObject()
        .put("runs", times.count())
        .put("p50Nanos", times.p50())
        .put("p95Nanos", times.p95())
        .put("p99Nanos", times.p99())
        .put("quantilesNanos", new JsonArray(List.copyOf(times.quantiles())));
  }

  private static @Nullable JsonObject cpu(@Nullable Cpu cpu) {
    return cpu == null
        ? null
        : new JsonObject()
            .put("processNanos", cpu.processNanos())
            .put("kernelNanos", cpu.kernelNanos());
  }

  private static JsonObject throughput(BenchReport report, Throughput one) {
    return new JsonObject()
        .put("name", one.contestant())
        .put("concurrency", one.concurrency())
        .put("runsPerSecond", one.runsPerSecond())
        .put("shareOfBare", report.share(one));
  }

  private static @Nullable JsonObject http(@Nullable Http http) {
    return http == null
        ? null
        : new JsonObject()
            .put("http", distribution(http.http()))
            .put("api", distribution(http.api()))
            .put("addedNanos", http.addedNanos());
  }

  private static JsonObject start(BenchReport.Start start) {
    Distribution ready = start.ready();
    return new JsonObject()
        .put("ready", ready == null ? null : distribution(ready))
        .put("notMeasured", ready == null ? start.whyNot() : null);
  }

  private static JsonObject step(StepCost step) {
    return new JsonObject()
        .put("phase", step.phase())
        .put("step", step.step())
        .put("nanos", step.nanos());
  }
}
