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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class WorkerPoolTest {
  /** The name begins with that of the submitter. */
  private static Job job(String name) {
    return new Job(
        name,
        name.substring(0, 1),
        new CommandJob(List.of(name.getBytes(StandardCharsets.UTF_8)), "default", JobInput.NONE),
        InstantSource.system());
  }

  private static String nameOf(JobRequest request) {
    return new String(((CommandJob) request).command().get(0), StandardCharsets.UTF_8);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(120, TimeUnit.SECONDS));
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
          if (nameOf(request).equals("a, second")) {
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
    Job first = job("a, first");
    assertTrue(pool.offer(first));
    await(helping);
    await(noThird);
    Job other = job("a, second");
    assertTrue(pool.offer(other));
    pool.close();
    assertTrue(pool.awaitIdle(Duration.ofMinutes(2)));
    assertEquals(JobState.DONE, first.snapshot().state());
    assertEquals(JobState.DONE, other.snapshot().state());
  }

  /** Jobs that run until they are let go. */
  private static final class HeldJobs implements JobRunner {
    private final Map<String, CountDownLatch> begun = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> released = new ConcurrentHashMap<>();

    private static CountDownLatch of(Map<String, CountDownLatch> all, String name) {
      return all.computeIfAbsent(name, first -> new CountDownLatch(1));
    }

    @Override
    public FinishedJob run(JobRequest request, JobContext context) {
      of(begun, nameOf(request)).countDown();
      await(of(released, nameOf(request)));
      return FinishedJob.ran(Runs.ok(""));
    }

    void awaitBegun(String name) {
      await(of(begun, name));
    }

    void release(String... names) {
      for (String name : names) {
        of(released, name).countDown();
      }
    }
  }

  private static void offer(WorkerPool pool, String... jobs) {
    for (String name : jobs) {
      assertTrue(pool.offer(job(name)));
    }
  }

  @Test
  void whoHasNothingRunningDoesNotWaitForTheJobsOfOthers() throws InterruptedException {
    HeldJobs jobs = new HeldJobs();
    WorkerPool pool = new WorkerPool(2, jobs, () -> {});
    offer(pool, "a1", "a2", "a3", "a4");
    jobs.awaitBegun("a1");
    jobs.awaitBegun("a2");
    assertEquals(2, pool.queued(), "one submitter has the workers, and nothing beside them");
    offer(pool, "b1", "b2");
    jobs.awaitBegun("b1");
    assertEquals(3, pool.queued());
    offer(pool, "c1");
    assertEquals(4, pool.queued(), "one job at a time runs beside the workers");
    jobs.release("b1");
    jobs.awaitBegun("c1");
    jobs.release("c1");
    jobs.awaitBegun("b2");
    jobs.release("a1", "a2", "a3", "a4", "b2");
    pool.close();
    assertTrue(pool.awaitIdle(Duration.ofMinutes(2)));
    assertEquals(2, pool.idle());
  }

  @Test
  void whoHasFewestRunningIsNext() throws InterruptedException {
    HeldJobs jobs = new HeldJobs();
    WorkerPool pool = new WorkerPool(1, jobs, () -> {});
    offer(pool, "a1");
    jobs.awaitBegun("a1");
    offer(pool, "b1");
    jobs.awaitBegun("b1");
    offer(pool, "a2", "a3", "b2", "c1");
    jobs.release("a1");
    jobs.awaitBegun("c1");
    jobs.release("c1");
    jobs.awaitBegun("a2");
    assertEquals(2, pool.queued());
    jobs.release("a2", "a3", "b1", "b2");
    pool.close();
    assertTrue(pool.awaitIdle(Duration.ofMinutes(2)));
  }

  @Test
  void workerThatIsKeptFreeForNobodyIsGivenToWhoWaits() throws InterruptedException {
    HeldJobs jobs = new HeldJobs();
    WorkerPool pool = new WorkerPool(2, jobs, () -> {});
    offer(pool, "a1");
    jobs.awaitBegun("a1");
    jobs.release("b1");
    offer(pool, "b1");
    jobs.awaitBegun("b1");
    offer(pool, "a2");
    jobs.awaitBegun("a2");
    jobs.release("a1", "a2");
    pool.close();
    assertTrue(pool.awaitIdle(Duration.ofMinutes(2)));
  }

  @Test
  void helperOfAnotherSubmitterIsNotWaitedFor() throws InterruptedException {
    CountDownLatch helping = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    JobRunner runner =
        (request, context) -> {
          if (nameOf(request).equals("b")) {
            second.countDown();
          } else {
            assertTrue(
                context
                    .helpers()
                    .tryStart(
                        () -> {
                          helping.countDown();
                          await(second);
                        }));
            await(second);
          }
          return FinishedJob.ran(Runs.ok(""));
        };
    WorkerPool pool = new WorkerPool(2, runner, () -> {});
    Job first = job("a");
    assertTrue(pool.offer(first));
    await(helping);
    Job other = job("b");
    assertTrue(pool.offer(other));
    pool.close();
    assertTrue(pool.awaitIdle(Duration.ofMinutes(2)));
    assertEquals(JobState.DONE, first.snapshot().state());
    assertEquals(JobState.DONE, other.snapshot().state());
  }

  @Test
  void jobWhoseBeginningCannotBeToldFailsAndItsWorkerGoesOn() throws InterruptedException {
    WorkerPool pool =
        new WorkerPool(1, (request, context) -> FinishedJob.ran(Runs.ok("")), () -> {});
    Job first = job("a");
    assertTrue(
        first.keepBy(
            end -> true,
            at -> {
              throw new IllegalStateException("nobody thought of this");
            }));
    assertTrue(pool.offer(first));
    Job other = job("b");
    assertTrue(pool.offer(other));
    pool.close();
    assertTrue(pool.awaitIdle(Duration.ofMinutes(2)));
    assertEquals(JobState.FAILED, first.snapshot().state());
    assertEquals(JobState.DONE, other.snapshot().state());
  }

  @Test
  void jobThatIsWithdrawnNeverRuns() throws InterruptedException {
    HeldJobs jobs = new HeldJobs();
    WorkerPool pool = new WorkerPool(1, jobs, () -> {});
    offer(pool, "a1");
    jobs.awaitBegun("a1");
    Job unwanted = job("a2");
    assertTrue(pool.offer(unwanted));
    offer(pool, "a3");
    pool.withdraw(unwanted);
    assertEquals(1, pool.queued());
    jobs.release("a1", "a3");
    pool.close();
    assertTrue(pool.awaitIdle(Duration.ofMinutes(2)));
    assertEquals(JobState.QUEUED, unwanted.snapshot().state());
    assertFalse(pool.offer(job("a4")), "the pool is closed");
    assertEquals(0, pool.queued());
  }
}
