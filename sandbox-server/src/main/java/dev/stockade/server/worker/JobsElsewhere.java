package dev.stockade.server.worker;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.judge.JudgeVerdict;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Jobs of which this server knows, and which wait in the store or run on another server. */
final class JobsElsewhere {
  /** A job that is not in the store after this time is not on its way there any more. */
  private static final Duration TIME_TO_BE_ADDED = Duration.ofMinutes(2);

  /** After so many looks at the jobs that somebody waits for comes one at all. */
  private static final int ROUNDS_UNTIL_ALL = 20;

  private final InstantSource clock = InstantSource.system();
  private final JobStore store;
  private final JobQueue queue;
  private int rounds;

  JobsElsewhere(JobStore store, JobQueue queue) {
    this.store = store;
    this.queue = queue;
  }

  /** Finds out what became of them: soon where somebody waits for it. For one thread. */
  void lookAfter() {
    boolean all = ++rounds % ROUNDS_UNTIL_ALL == 0;
    Map<String, Job> others = new HashMap<>();
    for (Job job : store.unfinished()) {
      if (!job.isHere() && (all || job.isWatched())) {
        others.put(job.id(), job);
      }
    }
    List<String> ids = List.copyOf(others.keySet());
    for (int from = 0; from < ids.size(); from += Housekeeper.MOST_IDS) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + Housekeeper.MOST_IDS));
      for (StoredJob stored : queue.find(some)) {
        Job job = others.remove(stored.id());
        if (job != null) {
          follow(job, stored);
        }
      }
    }
    Instant young = clock.instant().minus(TIME_TO_BE_ADDED);
    others.values().stream()
        .filter(job -> job.snapshot().createdAt().isBefore(young))
        .forEach(this::forgotten);
  }

  /** The store does not have the job any more. */
  private void forgotten(Job job) {
    store.discard(job);
    job.wake();
  }

  /** Brings what is known here of a job to what the store says. */
  static void follow(Job job, StoredJob stored) {
    job.follow(
        stored.state(),
        stored.verdict() == null ? null : JudgeVerdict.valueOf(stored.verdict()),
        stored.startedAt(),
        stored.finishedAt());
  }
}
