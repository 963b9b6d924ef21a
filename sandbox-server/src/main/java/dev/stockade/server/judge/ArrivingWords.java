package dev.stockade.server.judge;

/** Whether a text has the words of another, of which it sees one piece after the other. */
final class ArrivingWords {
  private final byte[] text;
  private int at;
  private boolean inWord;
  private boolean same = true;

  ArrivingWords(byte[] text) {
    this.text = text;
  }

  /** Goes on with the next piece; false when the words are not the same in any case. */
  boolean follow(byte[] piece, int length) {
    for (int i = 0; same && i < length; i++) {
      if (Blanks.isBlank(piece[i])) {
        same = !inWord || isAtEndOfWord();
        inWord = false;
      } else {
        if (!inWord) {
          skipBlanks();
          inWord = true;
        }
        same = at < text.length && text[at] == piece[i];
        at++;
      }
    }
    return same;
  }

  /** Whether the words were the same, when there is no further piece. */
  boolean areAllThere() {
    if (!same || (inWord && !isAtEndOfWord())) {
      return false;
    }
    skipBlanks();
    return at >= text.length;
  }

  private boolean isAtEndOfWord() {
    return at >= text.length || Blanks.isBlank(text[at]);
  }

  private void skipBlanks() {
    while (at < text.length && Blanks.isBlank(text[at])) {
      at++;
    }
  }
}
