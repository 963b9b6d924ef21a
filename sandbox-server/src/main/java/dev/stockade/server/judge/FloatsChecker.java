package dev.stockade.server.judge;

import java.math.BigDecimal;

/**
 * Every word is the expected one, or both are numbers {@code a} and {@code e} with {@code |a − e| ≤
 * absolute} or {@code |a − e| ≤ relative · |e|}, in exact decimal arithmetic.
 *
 * @param absolute tolerance, 0 or more
 * @param relative tolerance as a share of the expected number, 0 or more
 */
public record FloatsChecker(BigDecimal absolute, BigDecimal relative) implements Checker {
  public FloatsChecker {
    if (absolute.signum() < 0 || relative.signum() < 0) {
      throw new IllegalArgumentException("a tolerance is 0 or more: " + absolute + " " + relative);
    }
  }

  @Override
  public CheckResult check(byte[] output, byte[] expected) {
    return Words.check(output, expected, this::accepts);
  }

  private boolean accepts(Tokens output, Tokens expected) {
    if (output.compareWord(expected) == 0) {
      return true;
    }
    BigDecimal wanted = DecimalText.read(expected.text(), expected.from(), expected.to());
    BigDecimal found =
        wanted == null ? null : DecimalText.read(output.text(), output.from(), output.to());
    return wanted != null && found != null && isNear(found, wanted);
  }

  private boolean isNear(BigDecimal found, BigDecimal wanted) {
    BigDecimal distance = found.subtract(wanted).abs();
    return distance.compareTo(absolute) <= 0
        || distance.compareTo(relative.multiply(wanted.abs())) <= 0;
  }
}
