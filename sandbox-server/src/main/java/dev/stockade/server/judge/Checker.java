package dev.stockade.server.judge;

import java.io.IOException;
import java.io.InputStream;

/**
 * A rule by which an output is compared with the expected one. Works on bytes: no encoding is
 * assumed and none is invalid. Comments tell where the two differ, never what was expected.
 */
public interface Checker {
  /** Compares; both are complete. */
  CheckResult check(byte[] output, byte[] expected);

  /**
   * Compares with an expected output that is not in the heap; see {@link #readsExpectedInPieces}.
   */
  default CheckResult check(byte[] output, InputStream expected) throws IOException {
    return check(output, expected.readAllBytes());
  }

  /** Whether an expected output of any length costs no more than one of none. */
  default boolean readsExpectedInPieces() {
    return false;
  }

  /** Whether the rule needs an expected output. */
  default boolean comparesOutput() {
    return true;
  }
}
