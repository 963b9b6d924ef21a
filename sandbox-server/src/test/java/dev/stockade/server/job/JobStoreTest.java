package dev.stockade.server.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.server.job.JobStore.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobStoreTest {
  private static final CommandJob REQUEST =
      new CommandJob(List.of(new byte[] {'x'}), "default", JobInput.NONE);

  private Instant now = Instant.EPOCH;

  private JobStore store(int jobs, Duration age, long bytes) {
    return new JobStore(new Retention(jobs, age, bytes), () -> now);
  }

  private static Job finished(JobStore store, int outputBytes) {
    Job job = store.create("", REQUEST);
    job.start();
    job.done(FinishedJob.ran(result(outputBytes)));
    return job;
  }

  private static RunResult result(int bytes) {
    return new RunResult(
        Verdict.OK,
        0,
        null,
        new Output(new byte[bytes], bytes),
        new Output(new byte[0], 0),
        new Usage(null, null, null, 1, null, null, null, null, null),
        new Evidence(null, null, null, null, null, null, null, null),
        List.of(),
        Map.of(),
        Map.of());
  }

  @Test
  void idsCannotBeGuessed() {
    JobStore store = store(10, Duration.ofHours(1), 1000);
    String id = store.create("", REQUEST).id();
    assertTrue(id.matches("[0-9a-f]{32}"), id);
    assertNotEquals(id, store.create("", REQUEST).id());
  }

  @Test
  void unfinishedJobsAreAlwaysKept() {
    JobStore store = store(1, Duration.ofNanos(1), 1);
    List<Job> jobs =
        List.of(store.create("", REQUEST), store.create("", REQUEST), store.create("", REQUEST));
    now = now.plus(Duration.ofDays(1));
    for (Job job : jobs) {
      assertEquals(Optional.of(job), store.find(job.id()));
    }
    assertEquals(3, store.unfinished().size());
  }

  @Test
  void oldestFinishedJobLeavesWhenThereAreTooMany() {
    JobStore store = store(2, Duration.ofHours(1), 1000);
    Job first = finished(store, 1);
    Job second = finished(store, 1);
    store.find(first.id());
    Job third = finished(store, 1);
    assertEquals(Optional.empty(), store.find(first.id()));
    assertEquals(Optional.of(second), store.find(second.id()));
    assertEquals(Optional.of(third), store.find(third.id()));
    assertEquals(0, store.unfinished().size());
  }

  @Test
  void oldestFinishedJobsLeaveWhenTheyHoldTooMuch() {
    JobStore store = store(10, Duration.ofHours(1), 100);
    Job first = finished(store, 40);
    Job second = finished(store, 40);
    Job third = finished(store, 90);
    assertEquals(Optional.empty(), store.find(first.id()));
    assertEquals(Optional.empty(), store.find(second.id()));
    assertEquals(Optional.of(third), store.find(third.id()));
  }

  @Test
  void finishedJobLeavesWhenItsTimeIsOver() {
    JobStore store = store(10, Duration.ofMinutes(1), 100);
    Job job = finished(store, 1);
    now = now.plusSeconds(59);
    assertEquals(Optional.of(job), store.find(job.id()));
    now = now.plusSeconds(1);
    assertEquals(Optional.empty(), store.find(job.id()));
  }

  @Test
  void allAreThoseThatAreFound() {
    JobStore store = store(1, Duration.ofMinutes(1), 100);
    finished(store, 1);
    Job finished = finished(store, 1);
    Job unfinished = store.create("", REQUEST);
    assertEquals(Set.of(finished, unfinished), Set.copyOf(store.all()));
    assertEquals(2, store.all().size());
    now = now.plus(Duration.ofMinutes(1));
    assertEquals(Set.of(unfinished), Set.copyOf(store.all()));
  }

  @Test
  void discardedJobIsForgotten() {
    JobStore store = store(10, Duration.ofMinutes(1), 100);
    Job job = store.create("", REQUEST);
    store.discard(job);
    assertEquals(Optional.empty(), store.find(job.id()));
  }
}
