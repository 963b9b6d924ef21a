package dev.stockade.server.judge;

/** Every line is the expected one; blanks at the ends of lines and empty last lines are nothing. */
public record LinesChecker() implements Checker {
  @Override
  public CheckResult check(byte[] output, byte[] expected) {
    long line = firstDifference(output, expected);
    if (line == 0) {
      return CheckResult.accepted();
    }
    String where = "line " + line + " differs";
    return Tokens.same(output, expected) ? CheckResult.malformed(where) : CheckResult.wrong(where);
  }

  /** Number of the first line that differs, from 1; 0 when none does. */
  private static long firstDifference(byte[] output, byte[] expected) {
    Lines ours = new Lines(output);
    Lines theirs = new Lines(expected);
    for (long line = 1; ; line++) {
      boolean more = ours.next();
      if (!theirs.next() && !more) {
        return 0;
      }
      // Where a text has ended it has an empty line, as it would have at its end.
      if (!ours.sameLine(theirs)) {
        return line;
      }
    }
  }
}
