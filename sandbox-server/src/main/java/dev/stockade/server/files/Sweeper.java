package dev.stockade.server.files;

import dev.stockade.server.job.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after stored files again and again, on a thread of its own. */
final class Sweeper implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private final Runnable sweep;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "stored-files");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param keep time for which files are kept, of which a quarter is the longest pause
   */
  Sweeper(Duration keep, Runnable sweep) {
    this.sweep = sweep;
    long millis = Math.min(LONGEST_PAUSE.toMillis(), keep.dividedBy(4).toMillis());
    var unused =
        thread.scheduleWithFixedDelay(this::sweepOrLog, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void sweepOrLog() {
    try {
      sweep.run();
    } catch (StoreUnavailableException e) {
      log.warn("stored files are not looked after: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("stored files cannot be looked after", e); // the next time is tried nevertheless
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("stored files are still looked after");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
