package dev.stockade.server.store;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * What a submitter has of the workers, and whose turn it is: that of the one with the fewest
 * running jobs, among equals that of the one that was served least recently. Not thread-safe.
 */
public final class Share {
  private static final Comparator<Share> FIRST_SERVED =
      Comparator.comparingInt((Share share) -> share.running)
          .thenComparingLong(share -> share.served)
          .thenComparing(Share::submitter);

  private final String submitter;
  private int waiting;
  private int running;
  private long served;

  /**
   * @param waiting jobs that may be taken
   * @param served greater than that of every submitter that was served before this one
   */
  public Share(String submitter, int waiting, int running, long served) {
    this.submitter = submitter;
    this.waiting = waiting;
    this.running = running;
    this.served = served;
  }

  /** Whose turn it is; empty when nobody waits. */
  public static Optional<Share> next(Collection<Share> shares) {
    return shares.stream().filter(share -> share.waiting > 0).min(FIRST_SERVED);
  }

  public String submitter() {
    return submitter;
  }

  long served() {
    return served;
  }

  /** Jobs that were taken and have not ended. */
  public int running() {
    return running;
  }

  /** A job of this submitter was taken because it was its turn. */
  public void serve(long at) {
    waiting--;
    running++;
    served = at;
  }

  public void addWaiting(int jobs) {
    waiting += jobs;
  }

  public void addRunning(int jobs) {
    running += jobs;
  }
}
