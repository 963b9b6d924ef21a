package dev.stockade.server.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.job.JobStore.Retention;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.job.Submission;
import dev.stockade.server.store.MemoryQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accepted jobs whose keys, or whose requests, are not what they were. */
@Timeout(120)
class JobServiceTest {
  private static final Duration AGE = Duration.ofMinutes(1);
  private static final Retention RETENTION = new Retention(9, AGE, 1000);
  private static final byte[] UNREADABLE = {9};
  private static final CommandJob REQUEST =
      new CommandJob(List.of("true".getBytes(UTF_8)), "default", JobInput.NONE);

  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final JobService service =
      new JobService(
          new JobStore(RETENTION, () -> now),
          new MemoryQueue(RETENTION, Duration.ofHours(1), () -> now),
          new Codec(),
          StoredFiles.NONE,
          1,
          9,
          (request, context) -> {
            throw new CancellationException();
          });

  private static final class Codec extends FixedCodec {
    Codec() {
      super(REQUEST);
    }

    @Override
    public JobRequest request(byte[] body) {
      if (body[0] == UNREADABLE[0]) {
        throw new IllegalStateException("a fault of ours");
      }
      return super.request(body);
    }
  }

  @AfterEach
  void drain() throws InterruptedException {
    service.drain(Duration.ZERO);
  }

  private JobService.Accepted accept(byte[] body, @Nullable String key) {
    return service.accept(List.of(new Submission(REQUEST, body, 0, "", key, null))).get(0);
  }

  private static JobState endOf(JobService.Accepted accepted) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    accepted.job().onEnd(ended::countDown);
    ended.await();
    return accepted.job().snapshot().state();
  }

  /** Its key had been found, and then the job was not: a fault. */
  @Test
  void keyOfAForgottenJobIsFree() throws InterruptedException {
    JobService.Accepted first = accept(new byte[] {1}, "key");
    endOf(first);
    assertFalse(accept(new byte[] {1}, "key").isNew());
    now = now.plus(AGE).plusSeconds(1);
    JobService.Accepted second = accept(new byte[] {1}, "key");
    assertTrue(second.isNew());
    assertNotEquals(first.job().id(), second.job().id());
    endOf(second);
  }

  @Test
  void jobThatCannotBeReadKeepsNobodyWaiting() throws InterruptedException {
    JobService.Accepted unreadable = accept(UNREADABLE, null);
    assertEquals(JobState.CANCELLED, endOf(accept(new byte[] {1}, null)));
    assertEquals(JobState.FAILED, endOf(unreadable));
  }
}
