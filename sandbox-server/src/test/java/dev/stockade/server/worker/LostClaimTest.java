package dev.stockade.server.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.job.JobStore.Retention;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.job.Submission;
import dev.stockade.server.store.Claim;
import dev.stockade.server.store.Ending;
import dev.stockade.server.store.MemoryQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose job was taken over, as after it could not reach the store for long. */
@Timeout(120)
class LostClaimTest {
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Retention RETENTION = new Retention(9, Duration.ofHours(1), 1000);
  private static final CommandJob REQUEST =
      new CommandJob(List.of("block".getBytes(UTF_8)), "default", JobInput.NONE);

  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final MemoryQueue queue = new MemoryQueue(RETENTION, LEASE, () -> now);
  private final BlockingQueue<JobContext> begun = new LinkedBlockingQueue<>();
  private final BlockingQueue<JobContext> ended = new LinkedBlockingQueue<>();
  private final JobService service =
      new JobService(
          new JobStore(RETENTION, InstantSource.system()),
          queue,
          new FixedCodec(REQUEST),
          StoredFiles.NONE,
          1,
          9,
          this::runUntilCancelled);

  private FinishedJob runUntilCancelled(JobRequest request, JobContext context) {
    begun.add(context);
    while (!context.cancellation().isCancelled()) {
      Thread.onSpinWait();
    }
    ended.add(context);
    throw new CancellationException();
  }

  @AfterEach
  void drain() throws InterruptedException {
    service.drain(Duration.ZERO);
  }

  private static JobContext next(BlockingQueue<JobContext> contexts) throws InterruptedException {
    JobContext next = contexts.poll(60, TimeUnit.SECONDS);
    assertNotNull(next);
    return next;
  }

  /** The job that another server takes over while it runs here. */
  private Claim takenOver() throws InterruptedException {
    service.accept(List.of(new Submission(REQUEST, new byte[] {1}, 0, "", null, null)));
    next(begun);
    List<Claim> claims = List.of();
    while (claims.isEmpty()) { // it may just have been renewed
      now = now.plus(LEASE).plusSeconds(1);
      claims = queue.claim("heir", 1);
    }
    return claims.get(0);
  }

  @Test
  void itsRunIsEndedAndTheHeirsResultIsTheJobs() throws InterruptedException {
    Claim heir = takenOver();
    assertEquals(heir.id(), next(ended).job());
    Ending ending = new Ending(JobState.DONE, "OK", now, now, "right".getBytes(UTF_8));
    assertTrue(queue.finish(heir, ending));
    Job job = service.find(heir.id()).orElseThrow();
    while (!job.snapshot().state().isFinal()) {
      Thread.sleep(5);
    }
    assertEquals(JobState.DONE, job.snapshot().state());
    assertFalse(job.isHere(), "its result is in the store");
  }

  @Test
  void itsJobMayComeBack() throws InterruptedException {
    Claim heir = takenOver();
    next(ended);
    queue.release(heir);
    JobContext again = next(begun);
    assertEquals(heir.id(), again.job());
    assertFalse(again.cancellation().isCancelled());
  }
}
