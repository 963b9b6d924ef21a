package dev.stockade.server.judge;

/** Compares outputs word by word. */
final class Words {
  private Words() {}

  /** Whether the word at which a cursor stands is as good as the expected one. */
  interface Rule {
    boolean accepts(Tokens output, Tokens expected);
  }

  static CheckResult check(byte[] output, byte[] expected, Rule rule) {
    Tokens ours = new Tokens(output);
    Tokens theirs = new Tokens(expected);
    for (long word = 1; ; word++) {
      boolean more = ours.next();
      boolean wanted = theirs.next();
      if (more != wanted) {
        return CheckResult.wrong(
            more ? "word " + word + " is one too many" : "word " + word + " is missing");
      }
      if (!more) {
        return CheckResult.accepted();
      }
      if (!rule.accepts(ours, theirs)) {
        return CheckResult.wrong("word " + word + " differs");
      }
    }
  }
}
