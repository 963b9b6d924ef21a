package dev.stockade.server.bench;

import dev.stockade.server.bench.BenchReport.Cpu;
import dev.stockade.server.bench.BenchReport.Entry;
import dev.stockade.server.bench.BenchReport.Http;
import dev.stockade.server.bench.BenchReport.Measured;
import dev.stockade.server.bench.BenchReport.NotMeasured;
import dev.stockade.server.bench.BenchReport.Race;
import dev.stockade.server.bench.BenchReport.Throughput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** A report as one page for a browser, which fetches nothing: its style and plots are in it. */
public final class BenchPage {
  private static final String STYLE = "bench.css";
  private static final double NANOS_PER_MILLI = 1e6;

  private final BenchReport report;
  private final StringBuilder page = new StringBuilder();

  private BenchPage(BenchReport report) {
    this.report = report;
  }

  /** Renders a report. */
  public static String of(BenchReport report) {
    return new BenchPage(report).render();
  }

  private String render() {
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.append("<title>Stockade: what a run costs</title>\n<style>\n" + style() + "</style>\n");
    page.append("</head>\n<body>\n<h1>What a run costs</h1>\n");
    conditions();
    summary();
    report.races().forEach(this::race);
    throughput();
    steps();
    commands();
    return page.append("</body>\n</html>\n").toString();
  }

  private static String style() {
    try (InputStream css = BenchPage.class.getResourceAsStream(STYLE)) {
      if (css == null) {
        throw new IllegalStateException(STYLE + " is not on the class path");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void conditions() {
    BenchReport.Conditions conditions = report.conditions();
    paragraph(
        "",
        conditions.at()
            + ", "
            + conditions.java()
            + ", "
            + conditions.kernel()
            + ", "
            + conditions.processors()
            + " processors. All kinds took turns, so that all met the same noise; ratios are to the"
            + " first kind.");
    if (report.wasBusy()) {
      paragraph(
          "warning",
          "This host was busy with other things (load "
              + Figures.digits(conditions.load())
              + "): do not trust these times.");
    }
    if (!conditions.degraded().isEmpty()) {
      paragraph(
          "warning",
          "This host lacks part of the sandbox: " + String.join("; ", conditions.degraded()));
    }
  }

  private void summary() {
    page.append("<dl class=\"cards\">\n");
    Race first = report.races().get(0);
    ratio(first, Confined.SPARE, "with a spare ready");
    ratio(first, Cold.NAME, "cold");
    first
        .measured(Confined.SPARE)
        .map(first::cpuRatio)
        .ifPresent(ratio -> card(Figures.ratio(ratio) + "×", "CPU time of bare"));
    Http http = report.http();
    if (http != null) {
      card("+" + Figures.millis(http.addedNanos()), "over HTTP");
    }
    Distribution ready = report.start().ready();
    if (ready != null) {
      card(Figures.millis(ready.p50()), "from start to ready");
    }
    Long slot = report.slot().pssBytes();
    if (slot != null) {
      card(Figures.kib(slot), "PSS of a warm slot");
    }
    page.append("</dl>\n");
  }

  private void ratio(Race race, String contestant, String meaning) {
    race.measured(contestant)
        .map(race::ratio)
        .ifPresent(
            ratio -> card(Figures.ratio(ratio) + "×", "bare, " + race.workload() + " " + meaning));
  }

  private void card(String figure, String meaning) {
    page.append(
        "<div><dt>" + Html.text(meaning) + "</dt><dd>" + Html.text(figure) + "</dd></div>\n");
  }

  private void race(Race race) {
    heading(race.workload());
    List<Plot.Line> lines = new ArrayList<>();
    for (Entry entry : race.entries()) {
      if (entry.outcome() instanceof Measured measured) {
        lines.add(new Plot.Line(entry.contestant(), cumulative(measured.latency())));
      }
    }
    double[] times =
        lines.stream().flatMap(line -> line.points().stream()).mapToDouble(Plot.Point::x).toArray();
    Plot.Axis x =
        Plot.Axis.logarithmic(
            "milliseconds, logarithmic",
            DoubleStream.of(times).min().orElse(1),
            DoubleStream.of(times).max().orElse(1));
    Plot.Axis y = new Plot.Axis("% of runs within", false, List.of(0.0, 25.0, 50.0, 75.0, 100.0));
    page.append("<figure>\n" + new Plot(x, y, lines).render("Latency of " + race.workload()));
    page.append("</figure>\n<table>\n");
    page.append(
        Html.head(
            List.of(
                race.runs() + " runs of each",
                "p50",
                "p95",
                "p99",
                "ratio",
                "CPU",
                "of it kernel threads",
                "ratio")));
    for (Entry entry : race.entries()) {
      page.append(row(race, entry));
    }
    page.append("</table>\n");
  }

  private static List<Plot.Point> cumulative(Distribution times) {
    List<Plot.Point> points = new ArrayList<>();
    List<Long> quantiles = times.quantiles();
    // The slowest hundredth would stretch the plot.
    for (int percent = 0; percent < quantiles.size() - 1; percent++) {
      points.add(new Plot.Point(quantiles.get(percent) / NANOS_PER_MILLI, percent));
    }
    return points;
  }

  private static String row(Race race, Entry entry) {
    if (entry.outcome() instanceof NotMeasured missing) {
      return "<tr class=\"missing\"><th scope=\"row\">"
          + Html.text(entry.contestant())
          + "</th><td colspan=\"7\">"
          + Html.text(missing.reason())
          + "</td></tr>\n";
    }
    Measured measured = (Measured) entry.outcome();
    Cpu cpu = measured.cpu();
    Long kernel = cpu == null ? null : cpu.kernelNanos();
    return Html.row(
        List.of(
            entry.contestant(),
            Figures.millis(measured.latency().p50()),
            Figures.millis(measured.latency().p95()),
            Figures.millis(measured.latency().p99()),
            Figures.ratio(race.ratio(measured)),
            cpu == null ? "" : Figures.millis(cpu.totalNanos()),
            kernel == null ? "" : Figures.millis(kernel),
            Figures.ratio(race.cpuRatio(measured))));
  }

  private void throughput() {
    Map<String, List<Throughput>> byName = new LinkedHashMap<>();
    for (Throughput one : report.throughput()) {
      byName.computeIfAbsent(one.contestant(), name -> new ArrayList<>()).add(one);
    }
    if (byName.isEmpty()) {
      return;
    }
    heading("Throughput of /bin/true");
    List<Plot.Line> lines = new ArrayList<>();
    byName.forEach(
        (name, all) ->
            lines.add(
                new Plot.Line(
                    name,
                    all.stream()
                        .map(one -> new Plot.Point(one.concurrency(), one.runsPerSecond()))
                        .toList())));
    List<Double> concurrencies =
        report.throughput().stream().map(one -> (double) one.concurrency()).distinct().toList();
    double most =
        report.throughput().stream().mapToDouble(Throughput::runsPerSecond).max().orElse(1);
    Plot.Axis x = new Plot.Axis("runs at a time", true, concurrencies);
    page.append("<figure>\n");
    page.append(new Plot(x, Plot.Axis.linear("runs a second", most), lines).render("Throughput"));
    page.append("</figure>\n<table>\n");
    page.append(Html.head(List.of("", "at a time", "runs a second", "of bare")));
    for (Throughput one : report.throughput()) {
      page.append(
          Html.row(
              List.of(
                  one.contestant(),
                  "" + one.concurrency(),
                  "" + Math.round(one.runsPerSecond()),
                  Figures.ratio(report.share(one)))));
    }
    page.append("</table>\n");
  }

  private void steps() {
    if (!report.steps().isEmpty()) {
      heading("Where the time of one run goes");
      page.append(
          "<p>Medians of some twenty runs of their own, each step with one reading of the clock in"
              + " it; what is made ahead is not shown (stockade explain --timing shows it).</p>\n");
      page.append("<figure>\n" + StepPlot.render(report.steps()) + "</figure>\n");
    }
  }

  /** Those of each peer's first workload. */
  private void commands() {
    Map<String, Entry> peers = new LinkedHashMap<>();
    for (Race race : report.races()) {
      race.entries().stream()
          .filter(entry -> !entry.commands().isEmpty())
          .forEach(entry -> peers.putIfAbsent(entry.contestant(), entry));
    }
    if (peers.isEmpty()) {
      return;
    }
    heading("How the others were started");
    peers.forEach(
        (name, entry) -> {
          paragraph("", name + (entry.differences().isEmpty() ? "" : ": " + entry.differences()));
          page.append("<pre>");
          entry.commands().forEach(line -> page.append(Html.text(Words.shell(line))).append('\n'));
          page.append("</pre>\n");
        });
  }

  private void heading(String text) {
    page.append("<h2>" + Html.text(text) + "</h2>\n");
  }

  private void paragraph(String style, String text) {
    page.append(style.isEmpty() ? "<p>" : "<p class=\"" + style + "\">");
    page.append(Html.text(text)).append("</p>\n");
  }
}
