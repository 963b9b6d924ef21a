package dev.stockade.client;

/** Where a job is. */
public enum JobState {
  /** Waits for a worker. */
  QUEUED,
  /** A worker has it. */
  RUNNING,
  /** Carried to its end: its verdicts are about the program. */
  DONE,
  /** The request or the server was at fault: see {@link Job#error}. */
  FAILED,
  /** By a client, or because a server ended that keeps jobs in memory. */
  CANCELLED;

  /** Whether a job in this state stays as it is. */
  public boolean isFinal() {
    return this != QUEUED && this != RUNNING;
  }
}
