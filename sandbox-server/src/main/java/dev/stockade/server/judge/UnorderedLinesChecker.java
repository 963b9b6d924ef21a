package dev.stockade.server.judge;

/**
 * The expected lines, each as often as expected, in any order; empty lines and blanks at the ends
 * of lines are nothing.
 */
public record UnorderedLinesChecker() implements Checker {
  @Override
  public CheckResult check(byte[] output, byte[] expected) {
    SortedLines ours = new SortedLines(output);
    SortedLines theirs = new SortedLines(expected);
    if (ours.size() == theirs.size()) {
      if (ours.sort(SortedLines.BYTES).sameAs(theirs.sort(SortedLines.BYTES))) {
        return CheckResult.accepted();
      }
      if (ours.sort(SortedLines.WORDS).sameAs(theirs.sort(SortedLines.WORDS))) {
        return CheckResult.malformed("lines differ in their blanks");
      }
      return CheckResult.wrong("some lines differ");
    }
    return CheckResult.wrong(
        ours.size() < theirs.size() ? "some lines are missing" : "there are too many lines");
  }
}
