package dev.stockade.server.callback;

import dev.stockade.server.callback.CallbackSender.UnansweredException;
import dev.stockade.server.job.StoreUnavailableException;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.store.CallbackProgress;
import dev.stockade.server.store.DueCallback;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.StoredJob;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells ends that are due, few at one time, on threads of its own; at least once each. */
public final class Callbacks implements AutoCloseable {
  private static final int AT_ONE_TIME = 4;
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Logger log = LoggerFactory.getLogger(Callbacks.class);

  private final JobQueue queue;
  private final CallbackConfig config;
  private final Function<StoredJob, byte[]> document;
  private final Metrics metrics;
  private final CallbackSender sender;
  private final Semaphore free = new Semaphore(AT_ONE_TIME);
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1, named());
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONE_TIME, named());

  /**
   * Begins at once.
   *
   * @param document a job as it is sent
   */
  public Callbacks(
      Vertx vertx,
      JobQueue queue,
      CallbackConfig config,
      Function<StoredJob, byte[]> document,
      Metrics metrics) {
    this(
        vertx,
        queue,
        config,
        document,
        metrics,
        InetAddress::getAllByName,
        new HttpClientOptions());
  }

  Callbacks(
      Vertx vertx,
      JobQueue queue,
      CallbackConfig config,
      Function<StoredJob, byte[]> document,
      Metrics metrics,
      Resolver resolver,
      HttpClientOptions options) {
    this.queue = queue;
    this.config = config;
    this.document = document;
    this.metrics = metrics;
    this.sender = new CallbackSender(vertx, config, resolver, options);
    var unused =
        clock.scheduleWithFixedDelay(
            this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ThreadFactory named() {
    return task -> {
      Thread thread = new Thread(task, "callbacks");
      thread.setDaemon(true);
      return thread;
    };
  }

  private void look() {
    try {
      int room = free.availablePermits();
      if (room > 0) {
        // Longer than an attempt takes: nobody else begins one meanwhile.
        Duration retryAfter = config.schedule().requestTime().multipliedBy(3);
        queue.dueCallbacks(room, retryAfter).forEach(this::begin);
      }
    } catch (StoreUnavailableException e) {
      log.warn("no callbacks are made: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("callbacks failed", e); // the next look is taken nevertheless
    }
  }

  private void begin(DueCallback due) {
    free.acquireUninterruptibly();
    threads.execute(
        () -> {
          try {
            tell(due);
          } catch (InterruptedException ending) {
            Thread.currentThread().interrupt(); // the next server tells it
          } catch (RuntimeException e) {
            log.warn("the callback of job {} comes again: {}", due.job().id(), e.getMessage());
          } finally {
            free.release();
          }
        });
  }

  private void tell(DueCallback due) throws InterruptedException {
    CallbackProgress before = due.job().callback();
    Integer status = before == null ? null : before.lastStatus();
    String failure;
    try {
      if (due.attempt() > config.schedule().attempts()) {
        failure = "servers ended while they made the attempts";
      } else {
        status = sender.send(due, document.apply(due.job()));
        failure = status / 100 == 2 ? null : "status " + status;
      }
    } catch (UnansweredException e) {
      failure = String.valueOf(e.getMessage());
    }
    note(due, status, failure);
  }

  private void note(DueCallback due, @Nullable Integer status, @Nullable String failure) {
    boolean last = due.attempt() >= config.schedule().attempts();
    CallbackProgress.State state =
        failure == null
            ? CallbackProgress.State.DELIVERED
            : last ? CallbackProgress.State.GIVEN_UP : CallbackProgress.State.WAITING;
    Duration pause =
        config.schedule().pauseAfter(due.attempt(), ThreadLocalRandom.current().nextDouble());
    queue.told(due.job().id(), new CallbackProgress(state, due.attempt(), status), pause);
    metrics.callback(
        switch (state) {
          case DELIVERED -> "delivered";
          case WAITING -> "retried";
          case GIVEN_UP -> "given up";
        });
    if (failure != null) {
      log.info(
          "callback of job {}, attempt {}: {}{}",
          due.job().id(),
          due.attempt(),
          failure,
          last ? "; given up" : "");
    }
  }

  /** Ends; what has not been told is told by the next server. */
  @Override
  public void close() {
    clock.shutdownNow();
    threads.shutdownNow();
    try {
      boolean ended =
          clock.awaitTermination(60, TimeUnit.SECONDS)
              && threads.awaitTermination(60, TimeUnit.SECONDS);
      if (!ended) {
        log.warn("callbacks go on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sender.close();
  }
}
