package dev.stockade.server.cli;

import dev.stockade.core.host.Finding;
import dev.stockade.core.host.HostReport;
import java.util.Locale;

/** The answers of all probes as text for people. */
final class DoctorText {
  private static final int STATUS_WIDTH = 10;
  private static final int FEATURE_WIDTH = 36;
  private static final String INDENT = "  ";

  private DoctorText() {}

  static String of(HostReport report, boolean colours) {
    StringBuilder text = new StringBuilder();
    text.append("This host, for ")
        .append(report.user().name())
        .append(" (uid ")
        .append(report.user().uid())
        .append(")\n");
    Finding.Area area = null;
    for (Finding finding : report.findings()) {
      if (finding.area() != area) {
        area = finding.area();
        text.append('\n').append(Text.BOLD.paint(area.title(), colours)).append('\n');
      }
      append(text, finding, colours);
    }
    return text.append('\n').append(conclusion(report, colours)).append('\n').toString();
  }

  private static void append(StringBuilder text, Finding finding, boolean colours) {
    String status = finding.status().name().toLowerCase(Locale.ROOT);
    text.append(INDENT)
        .append(colour(finding).paint(status, colours))
        .append(" ".repeat(STATUS_WIDTH - status.length()));
    String fix = finding.fix();
    if (fix == null) {
      String feature = finding.feature();
      text.append(feature)
          .append(" ".repeat(Math.max(1, FEATURE_WIDTH - feature.length())))
          .append(finding.reason())
          .append('\n');
      return;
    }
    String below = "\n" + INDENT + " ".repeat(STATUS_WIDTH);
    text.append(finding.feature())
        .append(finding.needed() ? "" : " (not needed)")
        .append(below + "why  ")
        .append(finding.reason().replace("; ", ";" + below + "     "))
        .append(below + "fix  ")
        .append(fix)
        .append('\n');
  }

  private static Text colour(Finding finding) {
    return switch (finding.status()) {
      case OK -> Text.GREEN;
      case DEGRADED -> Text.YELLOW;
      case MISSING -> finding.needed() ? Text.RED : Text.YELLOW;
    };
  }

  private static String conclusion(HostReport report, boolean colours) {
    long blocking = report.findings().stream().filter(Finding::blocks).count();
    if (blocking == 0) {
      return Text.GREEN.paint("Ready", colours)
          + ": the default policy runs here with nothing degraded.";
    }
    return Text.RED.paint("Not ready", colours)
        + ": "
        + (blocking == 1 ? "one thing stands" : blocking + " things stand")
        + " in the way. Mend them from the top, then run doctor again.";
  }
}
