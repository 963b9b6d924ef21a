package dev.stockade.server.worker;

import dev.stockade.server.job.Job;
import dev.stockade.server.store.Share;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that wait for a worker, and whose turn it is: as the {@link Share} says, and among the jobs
 * of one submitter first come first served. While every worker has a job, it is the turn of those
 * only who have none running, of one at a time. Thread-safe.
 *
 * <p>A client that sends one job after the other has none running between two of them. So that
 * others do not take its worker each time, one is kept free for a moment, for whoever has none
 * running.
 */
final class Turns {
  /**
   * A job whose turn has come.
   *
   * @param isFirst whether its submitter has no other that runs
   */
  record Turn(Job job, Share share, boolean isFirst) {}

  /** How long a worker is kept free for one that has just had a job, and may have the next. */
  static final Duration KEPT_FREE = Duration.ofMillis(50);

  private final int workers;
  private final LongSupplier nanoTime;
  private final Map<Share, Long> lastEnds = new HashMap<>();
  private boolean keepsFree = true;
  private final Map<String, Share> shares = new HashMap<>();
  private final Map<Share, Deque<Job>> waiting = new HashMap<>();
  private int queued;
  private int running;
  private long turns;

  /**
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  Turns(int workers, LongSupplier nanoTime) {
    this.workers = workers;
    this.nanoTime = nanoTime;
  }

  synchronized void add(Job job) {
    Share share = shares.computeIfAbsent(job.submitter(), name -> new Share(name, 0, 0, 0));
    waiting.computeIfAbsent(share, none -> new ArrayDeque<>()).add(job);
    share.addWaiting(1);
    queued++;
  }

  /** Takes a job away; false when it does not wait. */
  synchronized boolean remove(Job job) {
    for (Map.Entry<Share, Deque<Job>> line : waiting.entrySet()) {
      if (line.getValue().remove(job)) {
        line.getKey().addWaiting(-1);
        queued--;
        return true;
      }
    }
    return false;
  }

  /** Takes all jobs away; returns how many they were. */
  synchronized int removeAll() {
    int removed = queued;
    waiting.forEach(
        (share, jobs) -> {
          share.addWaiting(-jobs.size());
          jobs.clear();
        });
    queued = 0;
    return removed;
  }

  /** Whose turn it is; {@code null} when it is nobody's. To be {@linkplain #ended ended}. */
  synchronized @Nullable Turn next() {
    Optional<Share> next = Share.next(candidates());
    if (next.isEmpty()) {
      return null;
    }
    Share share = next.get();
    boolean isFirst = share.running() == 0;
    lastEnds.remove(share);
    Job job = Objects.requireNonNull(waiting.get(share)).remove();
    share.serve(++turns);
    queued--;
    running++;
    return new Turn(job, share, isFirst);
  }

  private Collection<Share> candidates() {
    int kept = keepsFree && isOneExpected() ? 1 : 0;
    return shares.values().stream()
        .filter(share -> running < (share.running() == 0 ? workers + 1 : workers - kept))
        .toList();
  }

  /** Whether somebody with nothing to run has had something until just now. */
  private boolean isOneExpected() {
    long now = nanoTime.getAsLong();
    return lastEnds.values().stream().anyMatch(end -> now - end < KEPT_FREE.toNanos());
  }

  /** Whether it would be somebody's turn if no worker were kept free. */
  synchronized boolean isKeepingOneFree() {
    return keepsFree && queued > 0 && running < workers && isOneExpected();
  }

  /** No worker is kept free from now on. */
  synchronized void keepNoneFree() {
    keepsFree = false;
  }

  /** The job runs no more. */
  synchronized void ended(Turn turn) {
    Share share = turn.share();
    share.addRunning(-1);
    running--;
    if (share.running() == 0) {
      lastEnds.put(share, nanoTime.getAsLong());
    }
  }

  /** Jobs that wait. */
  synchronized int queued() {
    return queued;
  }
}
