package dev.stockade.server.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.JobState;
import dev.stockade.server.judge.Runs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {
  private static Job job(String name) {
    return new Job(
        name,
        "",
        new CommandJob(List.of(name.getBytes(StandardCharsets.UTF_8)), "default", JobInput.NONE),
        InstantSource.system());
  }

  private static String nameOf(JobRequest request) {
    return new String(((CommandJob) request).command().get(0), StandardCharsets.UTF_8);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Two workers: one helps the first job, until the second job needs it. */
  @Test
  void idleWorkerHelpsUntilAJobWaitsForIt() throws InterruptedException {
    CountDownLatch helping = new CountDownLatch(1);
    CountDownLatch noThird = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch helperLeft = new CountDownLatch(1);
    JobRunner runner =
        (request, context) -> {
          if (nameOf(request).equals("second")) {
            assertEquals(0, helperLeft.getCount(), "never more runs than workers");
            assertFalse(context.helpers().tryStart(() -> {}), "both workers have a job");
            second.countDown();
            return FinishedJob.ran(Runs.ok(""));
          }
          assertTrue(
              context
                  .helpers()
                  .tryStart(
                      () -> {
                        helping.countDown();
                        while (!context.helpers().areNeeded()) {
                          Thread.onSpinWait();
                        }
                        helperLeft.countDown();
                      }));
          assertFalse(context.helpers().tryStart(() -> {}), "there is no third worker");
          noThird.countDown();
          await(second);
          return FinishedJob.ran(Runs.ok(""));
        };
    WorkerPool pool = new WorkerPool(2, runner, () -> {});
    Job first = job("first");
    assertTrue(pool.offer(first));
    await(helping);
    await(noThird);
    Job other = job("second");
    assertTrue(pool.offer(other));
    pool.close();
    assertTrue(pool.awaitIdle(Duration.ofSeconds(30)));
    assertEquals(JobState.DONE, first.snapshot().state());
    assertEquals(JobState.DONE, other.snapshot().state());
  }
}
