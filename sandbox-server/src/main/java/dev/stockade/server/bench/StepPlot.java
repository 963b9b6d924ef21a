package dev.stockade.server.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where the time of one run goes: a bar for each step, each beginning where the last one ended. */
final class StepPlot {
  private static final int WIDTH = 760;
  private static final int LABELS = 330;
  private static final int ROW = 18;
  private static final int FOOT = 24;
  private static final int COLOURS = 10;

  /** Room for the last bar's figure. */
  private static final int RIGHT = 70;

  private static final double NANOS_PER_MICRO = 1e3;

  private StepPlot() {}

  static String render(List<StepCost> steps) {
    long all = Math.max(1, steps.stream().mapToLong(StepCost::nanos).sum());
    List<String> phases = new ArrayList<>();
    int height = steps.size() * ROW + FOOT;
    StringBuilder svg =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Where the time goes\">%n",
                WIDTH,
                height));
    long before = 0;
    for (int i = 0; i < steps.size(); i++) {
      StepCost step = steps.get(i);
      if (!phases.contains(step.phase())) {
        phases.add(step.phase());
      }
      svg.append(
          bar(
              step,
              i,
              phases.indexOf(step.phase()) % COLOURS,
              place(before, all),
              place(step.nanos(), all)));
      before += step.nanos();
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\">together %s µs</text>%n</svg>%n",
            LABELS,
            height - 6,
            Figures.digits(all / NANOS_PER_MICRO)));
    return svg + legend(phases);
  }

  private static double place(long nanos, long all) {
    return (double) nanos / all * (WIDTH - LABELS - RIGHT);
  }

  private static String bar(StepCost step, int row, int colour, double from, double length) {
    double left = LABELS + from;
    return String.format(
        Locale.ROOT,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
            + "<rect class=\"bar s%d\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
            + "<text x=\"%.1f\" y=\"%d\">%s µs</text>%n",
        LABELS - 8,
        row * ROW + 13,
        Html.text(step.step()),
        colour,
        left,
        row * ROW + 3,
        Math.max(0.5, length),
        ROW - 5,
        left + Math.max(0.5, length) + 4,
        row * ROW + 13,
        Figures.digits(step.nanos() / NANOS_PER_MICRO));
  }

  private static String legend(List<String> phases) {
    StringBuilder legend = new StringBuilder("<p class=\"legend\">");
    for (int i = 0; i < phases.size(); i++) {
      legend.append(
          "<span><i class=\"s" + i % COLOURS + "\"></i>" + Html.text(phases.get(i)) + "</span> ");
    }
    return legend.append("</p>\n").toString();
  }
}
