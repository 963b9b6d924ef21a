package dev.stockade.server.worker;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobRequest;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
 * A fixed set of workers, and the jobs that wait for one, taken by {@link Turns}. Thread-safe.
 *
 * <p>Beside the workers there is one more place to run: for a job whose submitter has no other
 * running, while all workers have jobs of others. So nobody waits for the end of what others run,
 * unless several wait like that. Where all jobs are of one submitter it is never used.
 *
 * <p>An idle worker may help a job of another: its permit is lent to a thread that runs tests for
 * that job. Whoever runs something holds a permit, or the place, so there are never more runs than
 * that; a job that comes meanwhile waits for the permit until the helper's test has ended, at most.
 */
final class WorkerPool {
  private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

  private static final Executor WHEN_NONE_IS_EXPECTED =
      CompletableFuture.delayedExecutor(
          Turns.KEPT_FREE.toMillis(), TimeUnit.MILLISECONDS, Runnable::run);

  private final int workers;
  private final JobRunner runner;
  private final Runnable freed;
  private final AtomicInteger unfinished = new AtomicInteger();
  private final ThreadPoolExecutor threads;
  private final Turns turns;
  private final Semaphore permits;
  private final Semaphore place = new Semaphore(1);
  private final ExecutorService helperThreads;
  private final Helpers helpers = new IdleWorkers();

  /**
   * @param freed told when a worker has become free
   */
  WorkerPool(int workers, JobRunner runner, Runnable freed) {
    this.workers = workers;
    this.freed = freed;
    this.runner = runner;
    this.turns = new Turns(workers, System::nanoTime);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            workers + 1,
            workers + 1,
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
    turns.add(job);
    if (wake() || !turns.remove(job)) {
      return true;
    }
    unfinished.decrementAndGet();
    return false;
  }

  /** Has a thread look whose turn it is, if one is idle; false when the pool has been closed. */
  private boolean wake() {
    if (!threads.getQueue().isEmpty()) {
      return !threads.isShutdown(); // no thread is idle, and the first that is will look
    }
    try {
      threads.execute(this::work);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  private void wakeForMore() {
    if (turns.queued() > 0) {
      wake();
    }
  }

  private void work() {
    for (Turns.Turn turn = turns.next(); turn != null; turn = turns.next()) {
      wakeForMore(); // several may have come before this thread looked
      run(turn);
    }
    if (turns.isKeepingOneFree()) {
      WHEN_NONE_IS_EXPECTED.execute(this::wake);
    }
  }

  /** Frees the place of a job that nobody wants any more. */
  void withdraw(Job job) {
    if (turns.remove(job)) {
      unfinished.decrementAndGet();
      freed.run();
    }
  }

  /** Frees all places: no worker that becomes free later starts one of these jobs. */
  void withdrawAll() {
    unfinished.addAndGet(-turns.removeAll());
  }

  /** Workers that have nothing to do and will have nothing to do. */
  int idle() {
    return Math.max(0, workers - unfinished.get());
  }

  /** Takes no more jobs; those in the queue are still worked off. */
  void close() {
    turns.keepNoneFree();
    wake();
    threads.shutdown();
  }

  /** Waits until a closed pool has worked off everything; false when the time is over first. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    return threads.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  int queued() {
    return turns.queued();
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

  private void run(Turns.Turn turn) {
    Semaphore taken = takePermit(turn);
    try {
      runJob(turn.job());
    } finally {
      unfinished.decrementAndGet();
      turns.ended(turn);
      taken.release();
      wakeForMore(); // the end of one may be the turn of two
      freed.run();
    }
  }

  /** A worker's, or the place beside them, or a worker's when its helper has ended. */
  private Semaphore takePermit(Turns.Turn turn) {
    if (permits.tryAcquire()) {
      return permits;
    }
    if (turn.isFirst() && place.tryAcquire()) {
      return place;
    }
    permits.acquireUninterruptibly();
    return permits;
  }

  private void runJob(Job job) {
    try {
      JobRequest request = job.start();
      if (request == null) {
        return;
      }
      job.done(
          runner.run(request, new JobContext(job.id(), job.cancellation(), helpers, job.events())));
    } catch (CancellationException cancelled) {
      job.fail(cancelled);
    } catch (RuntimeException | Error failure) {
      // The worker outlives every failure of one job, an OutOfMemoryError included.
      job.fail(failure);
      log.warn("job {} failed", job.id(), failure);
    }
  }
}
