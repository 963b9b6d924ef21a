package dev.stockade.server.worker;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed set of worker threads behind a queue, first come first served. Thread-safe.
 *
 * <p>An idle worker may help a job of another: its permit is lent to a thread that runs tests for
 * that job. Whoever runs something holds a permit, so there are never more runs than workers; a job
 * that comes meanwhile waits for the permit until the helper's test has ended, at most.
 */
final class WorkerPool {
  private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

  private final int workers;
  private final JobRunner runner;
  private final Runnable freed;
  private final AtomicInteger unfinished = new AtomicInteger();
  private final ThreadPoolExecutor threads;
  private final Semaphore permits;
  private final ExecutorService helperThreads;
  private final Helpers helpers = new IdleWorkers();

  /**
   * @param freed told when a worker has become free
   */
  WorkerPool(int workers, JobRunner runner, Runnable freed) {
    this.workers = workers;
    this.freed = freed;
    this.runner = runner;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            workers,
            workers,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // those who put jobs in have bounds of their own
            task -> new Thread(task, "worker-" + number.incrementAndGet()),
            new ThreadPoolExecutor.AbortPolicy());
    this.permits = new Semaphore(workers, true);
    AtomicInteger helper = new AtomicInteger();
    this.helperThreads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "helper-" + helper.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.prestartAllCoreThreads();
  }

  /** Queues the job; false, at once, when the pool has been closed. */
  boolean offer(Job job) {
    unfinished.incrementAndGet();
    try {
      threads.execute(new Turn(job));
      return true;
    } catch (RejectedExecutionException closed) {
      unfinished.decrementAndGet();
      return false;
    }
  }

  /** Frees the place of a job that nobody wants any more. */
  void withdraw(Job job) {
    if (threads.remove(new Turn(job))) {
      unfinished.decrementAndGet();
      freed.run();
    }
  }

  /** Frees all places: no worker that becomes free later starts one of these jobs. */
  void withdrawAll() {
    List<Runnable> withdrawn = new ArrayList<>();
    threads.getQueue().drainTo(withdrawn);
    unfinished.addAndGet(-withdrawn.size());
  }

  /** Workers that have nothing to do and will have nothing to do. */
  int idle() {
    return Math.max(0, workers - unfinished.get());
  }

  /** Takes no more jobs; those in the queue are still worked off. */
  void close() {
    threads.shutdown();
  }

  /** Waits until a closed pool has worked off everything; false when the time is over first. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    return threads.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  int queued() {
    return threads.getQueue().size();
  }

  /** Lends the permits of workers that have nothing to do. */
  private final class IdleWorkers implements Helpers {
    @Override
    public boolean tryStart(Runnable work) {
      if (areNeeded() || !permits.tryAcquire()) {
        return false;
      }
      try {
        helperThreads.execute(
            () -> {
              try {
                work.run();
              } finally {
                permits.release();
              }
            });
        return true;
      } catch (RejectedExecutionException | OutOfMemoryError noThread) {
        permits.release();
        return false;
      }
    }

    @Override
    public boolean areNeeded() {
      return permits.hasQueuedThreads();
    }
  }

  /** A job's turn at a worker. Equal when the job is the same, so that it can be withdrawn. */
  private final class Turn implements Runnable {
    private final Job job;

    Turn(Job job) {
      this.job = job;
    }

    @Override
    public void run() {
      permits.acquireUninterruptibly();
      try {
        runJob();
      } finally {
        unfinished.decrementAndGet();
        permits.release();
        freed.run();
      }
    }

    private void runJob() {
      JobRequest request = job.start();
      if (request == null) {
        return;
      }
      try {
        job.done(
            runner.run(
                request, new JobContext(job.id(), job.cancellation(), helpers, job.events())));
      } catch (CancellationException cancelled) {
        job.fail(cancelled);
      } catch (RuntimeException | Error failure) {
        // The worker outlives every failure of one job, an OutOfMemoryError included.
        job.fail(failure);
        log.warn("job {} failed", job.id(), failure);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Turn turn && turn.job == job;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(job);
    }
  }
}
