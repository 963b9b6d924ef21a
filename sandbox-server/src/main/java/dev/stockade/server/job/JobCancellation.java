package dev.stockade.server.job;

import dev.stockade.core.Cancellation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A request to end a job early, and with it every run that goes on for it. Thread-safe; once asked
 * for, it holds for every later run of the job.
 */
public final class JobCancellation {
  private final Set<Cancellation> runs = new HashSet<>();
  private boolean cancelled;

  /** Asks the job to end. Asking again changes nothing. */
  public void cancel() {
    List<Cancellation> now;
    synchronized (this) {
      cancelled = true;
      now = List.copyOf(runs);
    }
    now.forEach(Cancellation::cancel);
  }

  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Does something with a run that ends when the job is cancelled. */
  public <T> T during(Function<Cancellation, T> run) {
    Cancellation own = new Cancellation();
    if (!add(own)) {
      own.cancel();
    }
    try {
      return run.apply(own);
    } finally {
      remove(own);
    }
  }

  /**
   * Has a run end with the job, until {@link #remove}.
   *
   * @return whether the job goes on; false, and nothing added, when it was cancelled before
   */
  public synchronized boolean add(Cancellation run) {
    if (!cancelled) {
      runs.add(run);
    }
    return !cancelled;
  }

  /** The run has ended. */
  public synchronized void remove(Cancellation run) {
    runs.remove(run);
  }
}
