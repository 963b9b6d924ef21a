package dev.stockade.core;

import org.jspecify.annotations.Nullable;

/**
 * A request to end a run early; made by one thread, obeyed by another. Thread-safe; once asked for,
 * it holds for every run that is given it, one at a time.
 */
public final class Cancellation {
  private boolean cancelled;
  private @Nullable Runnable action;

  /** Asks the run to end. Asking again changes nothing. */
  public void cancel() {
    Runnable now;
    synchronized (this) {
      cancelled = true;
      now = action;
      action = null;
    }
    if (now != null) {
      now.run();
    }
  }

  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * What ends the run, instead of what was said before; done at once when that was asked before.
   */
  public void whenCancelled(Runnable end) {
    synchronized (this) {
      if (!cancelled) {
        action = end;
        return;
      }
    }
    end.run();
  }

  /** From now on there is nothing left to end. */
  public synchronized void over() {
    action = null;
  }
}
