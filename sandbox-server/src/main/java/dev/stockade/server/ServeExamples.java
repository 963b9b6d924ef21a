package dev.stockade.server;

/** Command lines that {@code stockade serve --help} shows. */
final class ServeExamples {
  /** With {@code %n} for the ends of lines. */
  static final String TEXT =
      "%nExamples:%n"
          + "  ./stockade serve%n"
          + "  ./stockade serve --port 9000 --workers 4 --data none%n"
          + "  ./stockade serve --config stockade.yaml --print-config%n"
          + "  ./stockade serve --host 0.0.0.0 --tokens tokens";

  private ServeExamples() {}
}
