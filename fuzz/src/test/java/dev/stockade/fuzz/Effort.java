package dev.stockade.fuzz;

/**
 * How much the random parts of the suite try: short in {@code mvn verify}, long in {@code mvn
 * -Pfuzz verify}.
 */
public enum Effort {
  SHORT,
  LONG;

  /** The system property that the build sets. */
  private static final String PROPERTY = "stockade.effort";

  /** This run's effort. */
  public static Effort current() {
    String text = System.getProperty(PROPERTY, "short");
    return switch (text) {
      case "short" -> SHORT;
      case "long" -> LONG;
      default -> throw new IllegalStateException(PROPERTY + " is short or long, not " + text);
    };
  }

  /** A number of tries, of seconds, of whatever. */
  public static int of(int inShort, int inLong) {
    return current() == SHORT ? inShort : inLong;
  }
}
