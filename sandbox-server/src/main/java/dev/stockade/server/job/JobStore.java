package dev.stockade.server.job;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The jobs that can be asked for by id: every unfinished one, and the last finished ones.
 * Thread-safe.
 *
 * <p>Finished jobs leave in the order in which they finished. A cache that judges by use would be
 * wrong here: it may drop the newest result, which is the one that its client is about to fetch.
 */
public final class JobStore {
  /**
   * How many finished jobs are kept.
   *
   * @param jobs at most this many
   * @param age for at most this long
   * @param bytes with at most this much output together
   */
  public record Retention(int jobs, Duration age, long bytes) {}

  private record Kept(Job job, Instant until, long bytes) {}

  private final Retention retention;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Job> unfinished = new ConcurrentHashMap<>();
  private final Map<String, Job> finished = new HashMap<>();
  private final Deque<Kept> oldestFirst = new ArrayDeque<>();
  private long finishedBytes;

  public JobStore(Retention retention, InstantSource clock) {
    this.retention = retention;
    this.clock = clock;
  }

  /** Makes a job with an id that cannot be guessed, and that no other server gives. */
  public Job create(String submitter, JobRequest request) {
    Job job = describe(submitter, request);
    unfinished.put(job.id(), job);
    job.keepBooks(() -> retire(job));
    return job;
  }

  /** Makes a job, and does not keep it. */
  public Job describe(String submitter, JobRequest request) {
    byte[] id = new byte[16];
    random.nextBytes(id);
    return new Job(HexFormat.of().formatHex(id), submitter, request, clock);
  }

  /** The job that stands here for one in the database; made if need be. */
  public Job follow(String id, String submitter, Instant createdAt) {
    return unfinished.computeIfAbsent(
        id,
        absent -> {
          Job job = Job.inStore(id, submitter, createdAt, clock);
          job.keepBooks(() -> retire(job));
          return job;
        });
  }

  /** Forgets a job that was never accepted, or that goes on elsewhere. */
  public void discard(Job job) {
    unfinished.remove(job.id());
  }

  public Optional<Job> find(String id) {
    Job running = unfinished.get(id);
    if (running != null) {
      return Optional.of(running);
    }
    synchronized (finished) {
      dropOld();
      return Optional.ofNullable(finished.get(id));
    }
  }

  /** The jobs that have not ended yet, in no particular order. */
  public Collection<Job> unfinished() {
    return List.copyOf(unfinished.values());
  }

  /** The jobs that {@link #find} finds, in no particular order. */
  public Collection<Job> all() {
    Set<Job> all = new HashSet<>(unfinished.values()); // first: what ends meanwhile is in both
    synchronized (finished) {
      dropOld();
      all.addAll(finished.values());
    }
    return all;
  }

  private void retire(Job job) {
    if (job.isHere()) {
      keep(job);
    }
    unfinished.remove(job.id(), job);
  }

  private void keep(Job job) {
    synchronized (finished) {
      Kept kept = new Kept(job, clock.instant().plus(retention.age()), job.heldBytes());
      finished.put(job.id(), job);
      oldestFirst.add(kept);
      finishedBytes += kept.bytes();
      dropOld();
    }
  }

  private void dropOld() {
    Instant now = clock.instant();
    Kept oldest = oldestFirst.peekFirst();
    while (oldest != null && (overfull() || !oldest.until().isAfter(now))) {
      oldestFirst.removeFirst();
      finished.remove(oldest.job().id());
      finishedBytes -= oldest.bytes();
      oldest = oldestFirst.peekFirst();
    }
  }

  private boolean overfull() {
    return oldestFirst.size() > retention.jobs() || finishedBytes > retention.bytes();
  }
}
