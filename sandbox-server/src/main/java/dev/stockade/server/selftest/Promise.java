package dev.stockade.server.selftest;

/** What SECURITY.md promises and an attack can put to the test; the same words stand there. */
public enum Promise {
  ROOTLESS("Rootless", "No capability, no way to gain one; a job never has host id 0."),
  FAIL_CLOSED("Fail closed", "What the host cannot give is refused, with the fix."),
  FRESH("Fresh", "No file, process, IPC object, lock, socket or counter of another run."),
  EVIDENCE("Evidence", "Verdicts come from the kernel and our own timers, never from output."),
  BYTES("Bytes", "Arguments, input, output and files are byte-exact; no shell in the path."),
  NO_PATH("No path resolved by the server", "What a job plants is never followed by the server."),
  UNCHANGED("Nothing of the host is changed", "What is shown is read-only, and little is shown."),
  NO_NETWORK("No network", "No address of the host or beyond it is reached."),
  HOSTILE_CALLS("A hostile call ends the run", "By its name, whichever entry or sibling is taken."),
  CONTAINED("Bombs are contained", "Processes, memory, files and output end at their limits."),
  NOTHING_LEFT("Nothing is left alive", "Whatever is ignored, stopped or orphaned.");

  private final String title;
  private final String sentence;

  Promise(String title, String sentence) {
    this.title = title;
    this.sentence = sentence;
  }

  /** A few words, as in the table of SECURITY.md. */
  public String title() {
    return title;
  }

  public String sentence() {
    return sentence;
  }
}
