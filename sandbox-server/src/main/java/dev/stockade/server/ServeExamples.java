package dev.stockade.server;

/** What {@code stockade serve --help} ends with. */
final class ServeExamples {
  /** With {@code %n} for the ends of lines. */
  static final String TEXT =
      "%nExit status: 0 when it was told to end, 64 when it cannot be run as configured,%n"
          + "69 when the host or the port keeps it from its work.%n"
          + "%nExamples:%n"
          + "  ./stockade serve%n"
          + "  ./stockade serve --port 9000 --workers 4 --data none%n"
          + "  ./stockade serve --config stockade.yaml --print-config%n"
          + "  ./stockade serve --port 0 --json > events%n"
          + "  ./stockade serve --host 0.0.0.0 --tokens tokens";

  private ServeExamples() {}
}
