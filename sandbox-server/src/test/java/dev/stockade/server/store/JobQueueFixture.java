package dev.stockade.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Queues to test, closed after each test, and jobs for them. */
abstract class JobQueueFixture {
  static final Retention AMPLE = new Retention(1000, Duration.ofHours(1), 1 << 20);
  static final Duration LONG = Duration.ofHours(1);
  static final Instant T0 = Instant.parse("2100-01-01T00:00:00Z");

  private final List<JobQueue> opened = new ArrayList<>();

  /** Opens an empty queue. */
  abstract JobQueue open(Retention retention, Duration lease);

  final JobQueue queue(Retention retention, Duration lease) {
    JobQueue queue = open(retention, lease);
    opened.add(queue);
    return queue;
  }

  final JobQueue queue() {
    return queue(AMPLE, LONG);
  }

  @AfterEach
  void closeAll() {
    opened.forEach(JobQueue::close);
  }

  static NewJob job(String id, int seconds, int priority) {
    return jobOf("", id, seconds, priority);
  }

  static NewJob jobOf(String submitter, String id, int seconds, int priority) {
    return new NewJob(
        id,
        ("request of " + id).getBytes(UTF_8),
        ("document of " + id).getBytes(UTF_8),
        "digest",
        priority,
        submitter,
        null,
        null,
        null,
        T0.plusSeconds(seconds),
        null,
        null,
        Set.of());
  }

  static NewJob keyed(String id, String submitter, String key, String digest) {
    return new NewJob(
        id,
        new byte[] {1},
        new byte[] {2},
        digest,
        0,
        submitter,
        null,
        key,
        null,
        T0,
        null,
        null,
        Set.of());
  }

  static Ending done(String document, int seconds) {
    Instant end = T0.plusSeconds(seconds);
    return new Ending(JobState.DONE, "OK", end, end, document.getBytes(UTF_8));
  }

  static void add(JobQueue queue, NewJob job) {
    assertEquals(new Added(Added.Kind.NEW, job.id(), 0), queue.add(job, 1000));
  }

  static List<String> idsOf(List<Claim> claims) {
    return claims.stream().map(Claim::id).toList();
  }

  static @Nullable JobState stateOf(JobQueue queue, String id) {
    return queue.find(id).map(StoredJob::state).orElse(null);
  }
}
