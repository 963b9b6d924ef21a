package dev.stockade.server.worker;

import dev.stockade.server.job.StoreUnavailableException;
import dev.stockade.server.store.Claim;
import dev.stockade.server.store.JobQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes jobs from the store as workers become free; one thread. */
final class Dispatcher {
  /** How often a store is looked at that other servers put jobs into. */
  private static final Duration SHARED_PAUSE = Duration.ofMillis(250);

  /** How often jobs of the own store are looked for that nobody has told of. */
  private static final Duration OWN_PAUSE = Duration.ofSeconds(1);

  private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(1);
  private static final Duration PAUSE_UNTIL_READY = Duration.ofMillis(100);
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final JobQueue queue;
  private final String owner;
  private final IntSupplier room;
  private final Predicate<Claim> start;
  private final Thread thread = new Thread(this::run, "dispatcher");
  private final Semaphore news = new Semaphore(0);

  /** Whether the store may have jobs: it had some at the last look, or somebody has told of one. */
  private final AtomicBoolean mayHaveJobs = new AtomicBoolean(true);

  private volatile boolean closed;

  /**
   * @param room how many jobs can be started now
   * @param start starts a job; false while it cannot be started yet
   */
  Dispatcher(JobQueue queue, String owner, IntSupplier room, Predicate<Claim> start) {
    this.queue = queue;
    this.owner = owner;
    this.room = room;
    this.start = start;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Says that there may be a job. */
  void wake() {
    mayHaveJobs.set(true);
    news.release();
  }

  /** Says that a worker has become free: nobody looks for nothing, which costs a transaction. */
  void freed() {
    if (mayHaveJobs.get()) {
      news.release();
    }
  }

  private void run() {
    Deque<Claim> claims = new ArrayDeque<>();
    while (!closed) {
      pause(turn(claims));
    }
    claims.forEach(this::giveBack);
  }

  /** Starts what can be started; returns how long to wait until there may be more. */
  private Duration turn(Deque<Claim> claims) {
    try {
      if (claims.isEmpty()) {
        int free = room.getAsInt();
        if (free > 0) {
          mayHaveJobs.set(false);
          claims.addAll(queue.claim(owner, free));
          if (!claims.isEmpty()) {
            mayHaveJobs.set(true);
          }
        }
        if (claims.isEmpty()) {
          return queue.isShared() ? SHARED_PAUSE : OWN_PAUSE;
        }
      }
      while (!claims.isEmpty()) {
        if (!start.test(claims.element())) {
          return PAUSE_UNTIL_READY;
        }
        claims.remove();
      }
      return Duration.ZERO;
    } catch (StoreUnavailableException e) {
      log.warn("no jobs are taken: {}", e.getMessage());
      return PAUSE_AFTER_FAULT;
    } catch (RuntimeException e) {
      log.error("no jobs are taken", e); // the next turn is tried nevertheless
      return PAUSE_AFTER_FAULT;
    }
  }

  private void giveBack(Claim claim) {
    try {
      queue.release(claim);
    } catch (StoreUnavailableException e) {
      log.warn("job {} waits until its lease is over: {}", claim.id(), e.getMessage());
    }
  }

  private void pause(Duration atMost) {
    try {
      if (news.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        news.drainPermits();
      }
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Takes no more jobs; gives those back that could not be started yet. */
  void close() throws InterruptedException {
    closed = true;
    news.release();
    thread.join(TimeUnit.SECONDS.toMillis(60));
  }
}
