package dev.stockade.server.judge;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Every byte is the expected one. */
public record ExactChecker() implements Checker {
  private static final int PIECE_BYTES = 64 * 1024;

  @Override
  public CheckResult check(byte[] output, byte[] expected) {
    int difference = Arrays.mismatch(output, expected);
    return difference < 0
        ? CheckResult.accepted()
        : differs(difference, Tokens.same(output, expected));
  }

  @Override
  public CheckResult check(byte[] output, InputStream expected) throws IOException {
    ArrivingWords words = new ArrivingWords(output);
    byte[] piece = new byte[PIECE_BYTES];
    long difference = -1;
    int done = 0;
    for (int length = expected.read(piece); length > 0; length = expected.read(piece)) {
      if (difference < 0) {
        int end = Math.min(output.length, done + length);
        int at = Arrays.mismatch(output, done, end, piece, 0, length);
        difference = at < 0 ? -1 : done + at;
        done = end;
      }
      if (!words.follow(piece, length)) {
        break;
      }
    }
    if (difference < 0 && done < output.length) {
      difference = done;
    }
    return difference < 0 ? CheckResult.accepted() : differs(difference, words.areAllThere());
  }

  @Override
  public boolean readsExpectedInPieces() {
    return true;
  }

  private static CheckResult differs(long at, boolean sameWords) {
    String where = "byte " + (at + 1) + " differs";
    return sameWords ? CheckResult.malformed(where) : CheckResult.wrong(where);
  }
}
