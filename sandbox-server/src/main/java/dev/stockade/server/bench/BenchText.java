package dev.stockade.server.bench;

import dev.stockade.server.bench.BenchReport.Cpu;
import dev.stockade.server.bench.BenchReport.Entry;
import dev.stockade.server.bench.BenchReport.Http;
import dev.stockade.server.bench.BenchReport.Measured;
import dev.stockade.server.bench.BenchReport.NotMeasured;
import dev.stockade.server.bench.BenchReport.Race;
import dev.stockade.server.bench.BenchReport.Throughput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as text for people, at most 80 columns wide except for what others say. */
public final class BenchText {
  private static final String RATES = "%-40s%12s%14s%14s";

  private final BenchReport report;
  private final StringBuilder text = new StringBuilder();

  private BenchText(BenchReport report) {
    this.report = report;
  }

  /** Renders a report. */
  public static String of(BenchReport report) {
    return new BenchText(report).render();
  }

  private String render() {
    BenchReport.Conditions conditions = report.conditions();
    line(
        conditions.at()
            + ", "
            + conditions.java()
            + ", "
            + conditions.kernel()
            + ", "
            + conditions.processors()
            + " processors");
    for (Race race : report.races()) {
      race(race);
    }
    throughput();
    rest();
    commands();
    warnings();
    return text.toString();
  }

  private void race(Race race) {
    line("");
    line(race.workload() + ", " + race.runs() + " runs of each, taking turns");
    row("", "p50", "p95", "p99", "ratio", "CPU", "ratio");
    for (Entry entry : race.entries()) {
      if (entry.outcome() instanceof Measured measured) {
        Cpu cpu = measured.cpu();
        row(
            entry.contestant(),
            Figures.millis(measured.latency().p50()),
            Figures.millis(measured.latency().p95()),
            Figures.millis(measured.latency().p99()),
            Figures.ratio(race.ratio(measured)),
            cpu == null ? "" : Figures.millis(cpu.totalNanos()),
            Figures.ratio(race.cpuRatio(measured)));
      } else if (entry.outcome() instanceof NotMeasured missing) {
        line(String.format(Locale.ROOT, "%-32s  %s", entry.contestant(), missing.reason()));
      }
    }
  }

  private void throughput() {
    line("");
    line(
        String.format(Locale.ROOT, RATES, "/bin/true, runs a second", "at a time", "", "of bare")
            .stripTrailing());
    for (Throughput one : report.throughput()) {
      line(
          String.format(
                  Locale.ROOT,
                  RATES,
                  one.contestant(),
                  one.concurrency(),
                  Math.round(one.runsPerSecond()),
                  Figures.ratio(report.share(one)))
              .stripTrailing());
    }
  }

  private void rest() {
    line("");
    Http http = report.http();
    if (http != null) {
      line(
          "HTTP, one kept-alive connection: p50 "
              + Figures.millis(http.http().p50())
              + ", Java API "
              + Figures.millis(http.api().p50())
              + ", so "
              + Figures.millis(http.addedNanos())
              + " more");
    }
    Distribution ready = report.start().ready();
    line(
        "From ./stockade serve to ready: "
            + (ready == null ? "not measured, " + report.start().whyNot() : shown(ready)));
    Long slot = report.slot().pssBytes();
    line(
        "A warm slot, zygote and spare: "
            + (slot == null ? "memory cannot be read here" : Figures.kib(slot) + " PSS"));
  }

  private static String shown(Distribution ready) {
    return "p50 of " + ready.count() + ": " + Figures.millis(ready.p50());
  }

  /** The command lines of each peer, once: those of its first workload. */
  private void commands() {
    Map<String, Entry> peers = new LinkedHashMap<>();
    for (Race race : report.races()) {
      for (Entry entry : race.entries()) {
        if (!entry.commands().isEmpty()) {
          peers.putIfAbsent(entry.contestant(), entry);
        }
      }
    }
    peers.forEach(
        (name, entry) -> {
          line("");
          line(name + (entry.differences().isEmpty() ? "" : ": " + entry.differences()));
          for (List<String> command : entry.commands()) {
            line("  " + Words.shell(command));
          }
        });
  }

  private void warnings() {
    List<String> degraded = report.conditions().degraded();
    if (!degraded.isEmpty()) {
      line("");
      line("This host lacks part of the sandbox: " + String.join("; ", degraded));
    }
    if (report.wasBusy()) {
      line("");
      line(
          String.format(
              Locale.ROOT,
              "This host was busy with other things (load %.1f): do not trust these times.",
              report.conditions().load()));
    }
  }

  private void row(String... cells) {
    line(String.format(Locale.ROOT, "%-32s%9s%9s%9s%6s%9s%6s", (Object[]) cells).stripTrailing());
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
