package dev.stockade.server.cli;

/** Colours of a terminal, or none. */
enum Text {
  GREEN("32"),
  YELLOW("33"),
  RED("31"),
  BOLD("1");

  private final String code;

  Text(String code) {
    this.code = code;
  }

  /** The text in this colour, see console_codes(4); unchanged without colours. */
  String paint(String text, boolean colours) {
    return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
