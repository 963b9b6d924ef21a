package dev.stockade.server;

import java.util.Locale;

/**
 * A value that was found outside of the command line.
 *
 * @param text as it was written
 * @param place where: {@code stockade.yaml:3:7: maxBody}, or the name of a variable
 */
record Setting(String text, String place) {
  private static final String ENVIRONMENT = "STOCKADE_SERVE_";

  /** {@code maxBody}, the key in the file, of {@code --max-body}. */
  static String keyOf(String option) {
    StringBuilder key = new StringBuilder();
    for (String word : option.substring(2).split("-")) {
      key.append(
          key.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return key.toString();
  }

  /** {@code STOCKADE_SERVE_MAX_BODY}, the variable of {@code --max-body}. */
  static String variableOf(String option) {
    return ENVIRONMENT + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Whether a variable's name is one that must be of an option. */
  static boolean isVariable(String name) {
    return name.startsWith(ENVIRONMENT);
  }
}
