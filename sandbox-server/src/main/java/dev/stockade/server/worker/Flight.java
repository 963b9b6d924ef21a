package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunResult;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** One compilation under way, and the jobs that wait for it. Thread-safe. */
final class Flight {
  /** How long a waiting job may take to notice that it was cancelled. */
  private static final long LOOK_MILLIS = 20;

  private final Cancellation cancellation = new Cancellation();
  private int waiting;
  private boolean landed;
  private @Nullable RunResult result;

  /** What ends the compilation: asked for when nobody waits any more. */
  Cancellation cancellation() {
    return cancellation;
  }

  /** One more job waits. */
  synchronized void join() {
    waiting++;
  }

  /** How many jobs wait, the one that compiles among them. */
  synchronized int waiting() {
    return waiting;
  }

  /** One job less waits: whether it was the last. */
  synchronized boolean leave() {
    waiting--;
    return waiting == 0;
  }

  /**
   * The compilation is over.
   *
   * @param shared its result; {@code null} when it says nothing to the others
   */
  synchronized void land(@Nullable RunResult shared) {
    landed = true;
    result = shared;
    notifyAll();
  }

  /**
   * Waits for the compilation.
   *
   * @return {@code null} when it says nothing to others than the one that made it
   * @throws CancellationException when the job that waits was cancelled
   */
  synchronized @Nullable RunResult await(Cancellation job) {
    try {
      while (!landed) {
        if (job.isCancelled()) {
          throw new CancellationException("cancelled while its source was compiled");
        }
        wait(LOOK_MILLIS);
      }
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while its source was compiled");
    }
  }
}
