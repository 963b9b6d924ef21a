package dev.stockade.server.judge;

/** Every word is the expected one; what blanks are between them is nothing. */
public record TokensChecker() implements Checker {
  @Override
  public CheckResult check(byte[] output, byte[] expected) {
    return Words.check(output, expected, (ours, theirs) -> ours.compareWord(theirs) == 0);
  }
}
