package dev.stockade.core;

/** A request to end one run early; made by one thread, obeyed by another. Thread-safe. */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Asks the run to end. Asking again changes nothing. */
  public void cancel() {
    cancelled = true;
  }

  public boolean isCancelled() {
    return cancelled;
  }
}
