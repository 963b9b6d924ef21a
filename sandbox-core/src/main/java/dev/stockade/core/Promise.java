package dev.stockade.core;

/** What Stockade promises of every run; {@code SECURITY.md} names the tests that hold each. */
public enum Promise {
  ROOTLESS("Rootless"),
  FAIL_CLOSED("Fail closed"),
  FRESH("Fresh"),
  EVIDENCE("Evidence"),
  BYTES("Bytes"),
  NO_PATH("No path resolved by the server"),
  HOST_UNCHANGED("Nothing of the host is changed"),
  NO_NETWORK("No network"),
  HOSTILE_CALL_ENDS("A hostile call ends the run"),
  BOMBS_CONTAINED("Bombs are contained"),
  NOTHING_LEFT_ALIVE("Nothing is left alive");

  private final String words;

  Promise(String words) {
    this.words = words;
  }

  /** As {@code SECURITY.md} has it. */
  public String words() {
    return words;
  }
}
