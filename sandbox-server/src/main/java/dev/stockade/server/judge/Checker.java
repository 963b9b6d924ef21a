package dev.stockade.server.judge;

/**
 * A rule by which an output is compared with the expected one. Works on bytes: no encoding is
 * assumed and none is invalid. Comments tell where the two differ, never what was expected.
 */
public interface Checker {
  /** Compares; both are complete. */
  CheckResult check(byte[] output, byte[] expected);

  /** Whether the rule needs an expected output. */
  default boolean comparesOutput() {
    return true;
  }
}
