package dev.stockade.server.worker;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobCodec;
import dev.stockade.server.job.StoreUnavailableException;
import dev.stockade.server.store.Claim;
import dev.stockade.server.store.Ending;
import dev.stockade.server.store.JobQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what becomes of claimed jobs into the store; ends however long that cannot be reached. */
final class JobEnds {
  private static final Duration STORE_RETRY = Duration.ofMillis(500);
  private static final Logger log = LoggerFactory.getLogger(JobEnds.class);

  private final JobQueue queue;
  private final JobCodec codec;
  private volatile boolean ended;

  JobEnds(JobQueue queue, JobCodec codec) {
    this.queue = queue;
    this.codec = codec;
  }

  Ending endingOf(Job.Snapshot end) {
    return new Ending(
        end.state(),
        end.outcome() == null ? null : end.outcome().verdict().name(),
        end.startedAt(),
        Objects.requireNonNull(end.finishedAt()),
        codec.document(end));
  }

  /** Stores that a job has begun which was stored before; once: its end says so again. */
  void noteBegun(Claim claim, Instant at) {
    try {
      queue.noteBegun(claim, at);
    } catch (StoreUnavailableException e) {
      log.warn("job {} is listed as queued until it ends: {}", claim.id(), e.getMessage());
    }
  }

  /** Gives a claimed job back to the queue; always false: it has no end. */
  boolean giveBack(Claim claim) {
    try {
      queue.release(claim);
    } catch (StoreUnavailableException e) {
      log.warn("job {} waits until its lease is over: {}", claim.id(), e.getMessage());
    }
    return false;
  }

  /**
   * Stores an end, and tries again for as long as the store cannot be reached.
   *
   * @return false when the job is another server's by now, or there was no time left to try
   */
  boolean keep(Claim claim, Job.Snapshot end) {
    Ending ending = endingOf(end);
    while (true) {
      try {
        boolean stored = queue.finish(claim, ending);
        if (!stored) {
          log.warn("job {} was taken over by another server: its result here is dropped", end.id());
        }
        return stored;
      } catch (StoreUnavailableException e) {
        log.warn("the result of job {} is not stored yet: {}", end.id(), e.getMessage());
        if (ended || !pause()) {
          return false;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(STORE_RETRY.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Nobody waits for the store any more: the server ends. */
  void stopTrying() {
    ended = true;
  }
}
