package dev.stockade.core.testing;

import java.util.OptionalLong;
import java.util.Random;

/**
 * What decides the choices of all random tests of this JVM: {@code -Dstockade.seed=N}, else a new
 * one.
 *
 * <p>Properties of jqwik get a seed that is given by {@link SeededProperties}; without it each has
 * its own, which its report shows and which can be given as well.
 */
public final class Seed {
  private static final String PROPERTY = "stockade.seed";
  private static final long CURRENT = given().orElseGet(() -> new Random().nextLong());

  private Seed() {}

  /** The one that was given, or the one that was drawn for this JVM. */
  public static long current() {
    return CURRENT;
  }

  /** What to add to the command line for the same choices. */
  public static String option() {
    return "-D" + PROPERTY + "=" + CURRENT;
  }

  /** The seed on the command line. */
  static OptionalLong given() {
    String text = System.getProperty(PROPERTY, "");
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(parse(text));
  }

  static long parse(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          PROPERTY + " is a whole number of 64 bits, not \"" + text + '"', e);
    }
  }
}
