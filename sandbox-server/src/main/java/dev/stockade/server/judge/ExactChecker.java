package dev.stockade.server.judge;

import java.util.Arrays;

/** Every byte is the expected one. */
public record ExactChecker() implements Checker {
  @Override
  public CheckResult check(byte[] output, byte[] expected) {
    int difference = Arrays.mismatch(output, expected);
    if (difference < 0) {
      return CheckResult.accepted();
    }
    String where = "byte " + (difference + 1L) + " differs";
    return Tokens.same(output, expected) ? CheckResult.malformed(where) : CheckResult.wrong(where);
  }
}
