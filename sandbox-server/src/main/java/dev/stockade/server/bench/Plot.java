package dev.stockade.server.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plot of lines as inline SVG. Its colours are variables of the page's style sheet, so that it is
 * readable on a light and on a dark ground.
 */
final class Plot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 300;
  private static final int LEFT = 58;
  private static final int RIGHT = 16;
  private static final int TOP = 12;
  private static final int BOTTOM = 44;

  /** As many as the style sheet has. */
  private static final int COLOURS = 10;

  private final Axis x;
  private final Axis y;
  private final List<Line> lines;

  /** A point, in the units of the axes. */
  record Point(double x, double y) {}

  /** One line with its name. */
  record Line(String name, List<Point> points) {
    Line {
      points = List.copyOf(points);
    }
  }

  /**
   * An axis.
   *
   * @param ticks values that are marked, of which the first and the last are its ends
   */
  record Axis(String label, boolean logarithmic, List<Double> ticks) {
    Axis {
      ticks = List.copyOf(ticks);
    }

    /** From 0 to at least the most, in at most six round steps. */
    static Axis linear(String label, double most) {
      double step = 1;
      for (double size = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-9)))); ; size *= 10) {
        double fits = size;
        if (most / (fits / 5) <= 6) {
          step = fits / 5;
          break;
        }
        if (most / (fits / 2) <= 6) {
          step = fits / 2;
          break;
        }
        if (most / fits <= 6) {
          step = fits;
          break;
        }
      }
      List<Double> ticks = new ArrayList<>();
      for (int i = 0; i == 0 || ticks.get(i - 1) < most; i++) {
        ticks.add(i * step);
      }
      return new Axis(label, false, ticks);
    }

    /** Around all values, at 1, 2 and 5 times powers of ten. */
    static Axis logarithmic(String label, double least, double most) {
      List<Double> marks = new ArrayList<>();
      for (int power = -6; power <= 9; power++) {
        for (double digit : new double[] {1, 2, 5}) {
          marks.add(digit * Math.pow(10, power));
        }
      }
      int first = 0;
      while (first + 1 < marks.size() && marks.get(first + 1) <= least) {
        first++;
      }
      int last = first + 1;
      while (last + 1 < marks.size() && marks.get(last) < most) {
        last++;
      }
      return new Axis(label, true, marks.subList(first, last + 1));
    }

    /** Where a value lies between the ends: 0 to 1. */
    double place(double value) {
      double from = ticks.get(0);
      double to = ticks.get(ticks.size() - 1);
      double place =
          logarithmic ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
      return Math.max(0, Math.min(1, place));
    }
  }

  Plot(Axis x, Axis y, List<Line> lines) {
    this.x = x;
    this.y = y;
    this.lines = List.copyOf(lines);
  }

  /** The plot and its legend. */
  String render(String title) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
            WIDTH,
            HEIGHT,
            Html.text(title)));
    for (double tick : x.ticks()) {
      double at = across(tick);
      svg.append(rule(at, TOP, at, HEIGHT - BOTTOM));
      svg.append(label(at, HEIGHT - BOTTOM + 16, "middle", number(tick)));
    }
    for (double tick : y.ticks()) {
      double at = up(tick);
      svg.append(rule(LEFT, at, WIDTH - RIGHT, at));
      svg.append(label(LEFT - 8, at + 4, "end", number(tick)));
    }
    svg.append(label((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", x.label()));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
            (TOP + HEIGHT - BOTTOM) / 2,
            Html.text(y.label())));
    for (int i = 0; i < lines.size(); i++) {
      svg.append(line(lines.get(i), i));
    }
    return svg.append("</svg>\n").append(legend()).toString();
  }

  private String line(Line line, int number) {
    StringBuilder points = new StringBuilder();
    for (Point point : line.points()) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", across(point.x()), up(point.y())));
    }
    return String.format(
        Locale.ROOT,
        "<polyline class=\"line s%d\" points=\"%s\"><title>%s</title></polyline>%n",
        number % COLOURS,
        points.toString().strip(),
        Html.text(line.name()));
  }

  private String legend() {
    StringBuilder legend = new StringBuilder("<p class=\"legend\">");
    for (int i = 0; i < lines.size(); i++) {
      legend.append(
          String.format(
              Locale.ROOT,
              "<span><i class=\"s%d\"></i>%s</span> ",
              i % COLOURS,
              Html.text(lines.get(i).name())));
    }
    return legend.append("</p>\n").toString();
  }

  private double across(double value) {
    return LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
  }

  private double up(double value) {
    return HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static String rule(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"rule\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
        x1,
        y1,
        x2,
        y2);
  }

  private static String label(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x,
        y,
        anchor,
        Html.text(text));
  }

  /** Without zeros that say nothing. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
