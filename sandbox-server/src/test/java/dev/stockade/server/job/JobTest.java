package dev.stockade.server.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.job.JobError.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JobTest {
  private static final CommandJob REQUEST =
      new CommandJob(List.of(new byte[] {'x'}), "strict", JobInput.NONE);

  private Instant now = Instant.EPOCH;
  private final Job job = new Job("id", "", REQUEST, () -> now);
  private final AtomicInteger ends = new AtomicInteger();

  private JobState state() {
    return job.snapshot().state();
  }

  @Test
  void timesAreThoseOfTheSteps() {
    now = Instant.ofEpochSecond(1);
    assertSame(REQUEST, job.start());
    assertNull(job.snapshot().finishedAt());
    now = Instant.ofEpochSecond(2);
    job.fail(new SandboxException("x"));
    Job.Snapshot snapshot = job.snapshot();
    assertEquals(Instant.EPOCH, snapshot.createdAt());
    assertEquals(Instant.ofEpochSecond(1), snapshot.startedAt());
    assertEquals(Instant.ofEpochSecond(2), snapshot.finishedAt());
    assertEquals("strict", snapshot.subject().policy());
  }

  @Test
  void beginningIsToldOnceItIsThere() {
    List<Instant> told = new ArrayList<>();
    assertTrue(job.keepBy(end -> true, told::add));
    assertEquals(List.of(), told);
    now = Instant.ofEpochSecond(1);
    job.start();
    assertEquals(List.of(now), told);
    List<Instant> late = new ArrayList<>();
    assertTrue(job.keepBy(end -> true, late::add));
    assertEquals(List.of(now), late);
    job.fail(new SandboxException("x"));
    assertFalse(job.keepBy(end -> true, told::add));
    assertEquals(1, told.size());
  }

  @Test
  void queuedJobThatIsCancelledNeverStarts() {
    job.onEnd(ends::incrementAndGet);
    job.cancel();
    assertEquals(JobState.CANCELLED, state());
    assertEquals(1, ends.get());
    assertNull(job.start());
    assertNull(job.snapshot().startedAt());
  }

  @Test
  void runningJobThatIsCancelledEndsWhenItsRunDoes() {
    job.onEnd(ends::incrementAndGet);
    job.start();
    assertFalse(job.cancellation().isCancelled());
    job.cancel();
    assertTrue(job.cancellation().isCancelled());
    assertEquals(JobState.RUNNING, state());
    assertEquals(0, ends.get());
    job.fail(new CancellationException());
    assertEquals(JobState.CANCELLED, state());
    assertNull(job.snapshot().error());
    assertEquals(1, ends.get());
  }

  @Test
  void endedJobStaysAsItIs() {
    job.start();
    job.fail(new SandboxException("first"));
    job.fail(new SandboxException("second"));
    job.cancel();
    assertEquals(JobState.FAILED, state());
    assertEquals(new JobError(Kind.SANDBOX_ERROR, null, "first"), job.snapshot().error());
  }

  @Test
  void jobThatHasNotStartedCannotFail() {
    job.fail(new SandboxException("x"));
    assertEquals(JobState.QUEUED, state());
  }

  /** Who saw the end could be refused the next job, for one that was unfinished no more. */
  @Test
  void whatTheJobTakesIsGivenBackBeforeItsEndCanBeSeen() {
    List<JobState> seen = new ArrayList<>();
    job.onEnd(() -> seen.add(state()));
    job.beforeEnd(() -> seen.add(state()));
    job.start();
    job.fail(new CancellationException());
    job.beforeEnd(() -> seen.add(state()));
    assertEquals(List.of(JobState.RUNNING, JobState.CANCELLED, JobState.CANCELLED), seen);
    Job elsewhere = Job.inStore("id", "", now, () -> now);
    elsewhere.beforeEnd(() -> seen.add(elsewhere.snapshot().state()));
    assertTrue(elsewhere.isWatched());
    elsewhere.follow(JobState.RUNNING, null, now, null);
    elsewhere.follow(JobState.CANCELLED, null, now, now);
    assertEquals(JobState.RUNNING, seen.get(3));
    assertEquals(JobState.CANCELLED, elsewhere.snapshot().state());
  }

  @Test
  void listenerThatCameLateIsCalledAtOnce() {
    job.cancel();
    job.onEnd(ends::incrementAndGet);
    assertEquals(1, ends.get());
  }

  @Test
  void closedListeningIsNotCalled() {
    job.onEnd(ends::incrementAndGet).close();
    job.cancel();
    assertEquals(0, ends.get());
  }

  @Test
  void errorsSayWhoseFaultTheyAre() {
    assertEquals(
        new JobError(Kind.INVALID_REQUEST, "command", "is a folder"),
        JobError.of(new InvalidRequestException("command", "is a folder")));
    assertEquals(
        Kind.HOST_UNSUPPORTED, JobError.of(new HostUnsupportedException("a", "b", "c")).kind());
    assertEquals(
        new JobError(Kind.SANDBOX_ERROR, null, "step 3"),
        JobError.of(new SandboxException("step 3")));
    assertEquals(
        new JobError(Kind.SANDBOX_ERROR, null, "unexpected OutOfMemoryError"),
        JobError.of(new OutOfMemoryError("secret")));
  }
}
