package dev.stockade.server.worker;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.JobStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts, finds, cancels and drains jobs. Thread-safe; only {@link #drain} blocks. */
public final class JobService {
  /** How long killing the runs that outlived the drain time may take. */
  private static final Duration KILL_TIME = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(JobService.class);

  private final JobStore store;
  private final WorkerPool workers;
  private final AtomicBoolean draining = new AtomicBoolean();

  public JobService(JobStore store, int workers, int queueCapacity, JobRunner runner) {
    this.store = store;
    this.workers = new WorkerPool(workers, queueCapacity, runner);
  }

  /**
   * Queues a job.
   *
   * @throws QueueFullException at once, when the queue has no place
   * @throws DrainingException when the server is about to end
   */
  public Job submit(JobRequest request) {
    if (draining.get()) {
      throw new DrainingException();
    }
    Job job = store.create(request);
    job.events().add(new JobEvent.Queued(workers.queued()));
    if (!workers.offer(job)) {
      store.discard(job);
      throw draining.get() ? new DrainingException() : new QueueFullException(workers.queued());
    }
    return job;
  }

  public Optional<Job> find(String id) {
    return store.find(id);
  }

  /** Cancels the job; its place in the queue is free at once. */
  public void cancel(Job job) {
    job.cancel();
    workers.withdraw(job);
  }

  /** Jobs that have been accepted and not been started. */
  public int queued() {
    return workers.queued();
  }

  public boolean isDraining() {
    return draining.get();
  }

  /**
   * Ends the service: accepts nothing more, gives what was accepted some time, cancels the rest.
   *
   * @return whether every job has ended and no worker is left
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    draining.set(true);
    workers.close();
    if (workers.awaitIdle(atMost)) {
      return true;
    }
    // First, so that the worker of a run that is cancelled below finds no other to start.
    workers.withdrawAll();
    for (Job job : store.unfinished()) {
      log.warn("job {} is cancelled: the server ends and {} are over", job.id(), atMost);
      cancel(job);
    }
    return workers.awaitIdle(KILL_TIME);
  }

  /** The queue had no place for a job. */
  public static final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueFullException(int queued) {
      super(queued + " jobs are waiting already");
    }
  }

  /** The server takes no more jobs because it is about to end. */
  public static final class DrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DrainingException() {
      super("the server is shutting down");
    }
  }
}
