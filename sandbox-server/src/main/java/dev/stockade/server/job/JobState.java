package dev.stockade.server.job;

/** Where a job is in its life; it only ever moves downwards in this list. */
public enum JobState {
  /** Accepted; no worker has taken it. */
  QUEUED,
  /** A worker is compiling or running it. */
  RUNNING,
  /** Carried to its end; the verdicts are about the program. */
  DONE,
  /** Could not be carried to its end: the request or the server is at fault, not the program. */
  FAILED,
  /** Cancelled by its client, or because the server ended. */
  CANCELLED;

  public boolean isFinal() {
    return this == DONE || this == FAILED || this == CANCELLED;
  }
}
