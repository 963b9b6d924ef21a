package dev.stockade.server.worker;

import dev.stockade.server.job.StoreUnavailableException;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.Stores;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done for the store again and again: leases, old results, news of other servers. */
final class Housekeeper {
  /** Jobs asked for in one statement. */
  static final int MOST_IDS = 500;

  private static final Duration RENEWAL = Stores.LEASE.dividedBy(6);
  private static final Duration PRUNING = Duration.ofSeconds(5);
  private static final Duration NEWS = Duration.ofMillis(250);
  private static final Logger log = LoggerFactory.getLogger(Housekeeper.class);

  private final JobQueue queue;
  private final Runnable renewal;
  private final Runnable news;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "housekeeper");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param renewal renews claims
   * @param news looks after jobs that other servers have
   */
  Housekeeper(JobQueue queue, Runnable renewal, Runnable news) {
    this.queue = queue;
    this.renewal = renewal;
    this.news = news;
  }

  void start() {
    every(queue.isShared() ? RENEWAL.dividedBy(5) : RENEWAL, renewal);
    every(PRUNING, queue::prune);
    every(NEWS, news);
  }

  private void every(Duration pause, Runnable task) {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> run(task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (StoreUnavailableException e) {
      log.warn("{}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("housekeeping failed", e); // the next time is tried nevertheless
    }
  }

  void close() throws InterruptedException {
    thread.shutdownNow();
    if (!thread.awaitTermination(60, TimeUnit.SECONDS)) {
      log.warn("housekeeping goes on");
    }
  }
}
