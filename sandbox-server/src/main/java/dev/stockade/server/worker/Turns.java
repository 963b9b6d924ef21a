package dev.stockade.server.worker;

import dev.stockade.server.job.Job;
import dev.stockade.server.store.Share;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that wait for a worker, and whose turn it is: as the {@link Share} says, and among the jobs
 * of one submitter first come first served. While every worker has a job, it is the turn of those
 * only who have none running, of one at a time. Thread-safe.
 */
final class Turns {
  /**
   * A job whose turn has come.
   *
   * @param isFirst whether its submitter has no other that runs
   */
  record Turn(Job job, Share share, boolean isFirst) {}

  private final int workers;
  private final Map<String, Share> shares = new HashMap<>();
  private final Map<Share, Deque<Job>> waiting = new HashMap<>();
  private int queued;
  private int running;
  private long turns;

  Turns(int workers) {
    this.workers = workers;
  }

  synchronized void add(Job job, String submitter) {
    Share share = shares.computeIfAbsent(submitter, name -> new Share(name, 0, 0, 0));
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
    Job job = Objects.requireNonNull(waiting.get(share)).remove();
    share.serve(++turns);
    queued--;
    running++;
    return new Turn(job, share, isFirst);
  }

  private Collection<Share> candidates() {
    if (running < workers) {
      return shares.values();
    }
    return shares.values().stream()
        .filter(share -> running == workers && share.running() == 0)
        .toList();
  }

  /** The job runs no more. */
  synchronized void ended(Turn turn) {
    turn.share().addRunning(-1);
    running--;
  }

  /** Jobs that wait. */
  synchronized int queued() {
    return queued;
  }
}
