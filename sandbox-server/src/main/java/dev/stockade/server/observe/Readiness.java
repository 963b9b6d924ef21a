package dev.stockade.server.observe;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether jobs can be run: true once a real one has run, tried again and again until then.
 *
 * <p>The first try starts when the server does, on a thread of its own.
 */
public final class Readiness implements AutoCloseable {
  /** A real job, run the way every job is. */
  @FunctionalInterface
  public interface Probe {
    /**
     * Runs the job.
     *
     * @return why it was not what it should be; {@code null} when all is well
     */
    @Nullable String run();
  }

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Logger log = LoggerFactory.getLogger(Readiness.class);

  private final Probe probe;
  private final Thread thread;
  private final CompletableFuture<Void> firstTry = new CompletableFuture<>();
  private volatile @Nullable String reason = "the first job has not run yet";

  public Readiness(Probe probe) {
    this.probe = probe;
    this.thread = new Thread(this::tryUntilReady, "readiness");
    thread.setDaemon(true);
    thread.start();
  }

  /** Why jobs cannot be run; {@code null} when they can. */
  public @Nullable String whyNot() {
    return reason;
  }

  /** Ends when a job has been tried once, however that went, or nothing is tried any more. */
  public CompletionStage<Void> firstTry() {
    return firstTry.minimalCompletionStage();
  }

  private void tryUntilReady() {
    Duration pause = FIRST_PAUSE;
    try {
      reason = tryOnce();
      firstTry.complete(null);
      for (; reason != null; reason = tryOnce()) {
        log.warn("not ready, next try in {} s: {}", pause.toSeconds(), reason);
        Thread.sleep(pause.toMillis());
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
      log.info("ready: a job has run in the sandbox");
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable String tryOnce() {
    try {
      return probe.run();
    } catch (RuntimeException failure) {
      String message = failure.getMessage();
      return message == null ? failure.getClass().getSimpleName() : message;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    firstTry.complete(null);
  }
}
