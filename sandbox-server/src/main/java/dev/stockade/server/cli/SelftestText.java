package dev.stockade.server.cli;

import dev.stockade.server.selftest.SelftestReport;
import dev.stockade.server.selftest.SelftestReport.Reason;
import dev.stockade.server.selftest.SelftestReport.Row;
import java.util.List;

/** Which promises hold, as text for people. */
final class SelftestText {
  private static final int STATUS_WIDTH = 14;
  private static final int TITLE_WIDTH = 34;
  private static final String BELOW = " ".repeat(STATUS_WIDTH);

  private SelftestText() {}

  static String of(SelftestReport report, long nanos, boolean colours) {
    StringBuilder text = new StringBuilder();
    int attacks = 0;
    for (Row row : report.rows()) {
      attacks += row.all();
      String status = status(row);
      String title = row.promise().title();
      text.append(colour(row).paint(status, colours))
          .append(" ".repeat(STATUS_WIDTH - status.length()))
          .append(title)
          .append(" ".repeat(TITLE_WIDTH - title.length()))
          .append(row.held() + " of " + row.all() + (row.all() == 1 ? " attack" : " attacks"))
          .append('\n');
      row.reasons().forEach(reason -> append(text, reason));
    }
    return text.append('\n').append(conclusion(report, attacks, nanos, colours)).toString();
  }

  private static void append(StringBuilder text, Reason reason) {
    text.append(BELOW).append(reason.attack()).append('\n');
    List<String> details = reason.details();
    String first = details.isEmpty() ? "" : details.get(0).lines().findFirst().orElse("");
    text.append(BELOW)
        .append(
            switch (reason.status()) {
              case NOT_TESTABLE -> "  cannot be tried here: it needs ";
              case BROKEN, HELD -> "  why  ";
            })
        .append(first)
        .append('\n');
  }

  private static String status(Row row) {
    return switch (row.status()) {
      case HELD -> "held";
      case NOT_HELD -> "not held";
      case NOT_TESTABLE -> "not testable";
    };
  }

  private static Text colour(Row row) {
    return switch (row.status()) {
      case HELD -> Text.GREEN;
      case NOT_HELD -> Text.RED;
      case NOT_TESTABLE -> Text.YELLOW;
    };
  }

  private static String conclusion(
      SelftestReport report, int attacks, long nanos, boolean colours) {
    String effort = " (" + attacks + " attacks in " + Quantity.nanos(nanos) + ")";
    if (report.holds()) {
      return Text.GREEN.paint("Every promise holds on this host", colours) + effort + ".\n";
    }
    long broken =
        report.rows().stream()
            .filter(row -> row.status() == SelftestReport.Status.NOT_HELD)
            .count();
    if (broken == 0) {
      return Text.YELLOW.paint("Not every promise can be tested on this host", colours)
          + effort
          + ".\n";
    }
    return Text.RED.paint(
            broken == 1 ? "One promise does not hold" : broken + " promises do not hold", colours)
        + " on this host"
        + effort
        + ". Run no code here that you do not trust, and please report it\nprivately with"
        + " ./stockade selftest --json and ./stockade doctor --json: see SECURITY.md.\n";
  }
}
