package dev.stockade.client;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Waits for the ends of jobs by questions that the server answers late; no thread waits. */
final class EndOfJob {
  /** Of one question: less than what servers, and proxies before them, allow. */
  static final Duration WAIT = Duration.ofSeconds(30);

  private final Transport transport;
  private final Patience patience;

  EndOfJob(Transport transport, Patience patience) {
    this.transport = transport;
    this.patience = patience;
  }

  /**
   * The finished job.
   *
   * @return fails with a {@link ProblemException} for a job that failed
   */
  CompletableFuture<Job> of(String id) {
    return ask(id, 0);
  }

  private CompletableFuture<Job> ask(String id, int failures) {
    return transport
        .sendAsync(transport.await(id, WAIT), JobReader::job)
        .exceptionallyCompose(failure -> askAgain(id, failures + 1, causeOf(failure)))
        .thenCompose(
            job ->
                job.state().isFinal() ? CompletableFuture.completedFuture(done(job)) : ask(id, 0));
  }

  private CompletableFuture<Job> askAgain(String id, int failures, Throwable failure) {
    if (!patience.goesOn(failures, failure)) {
      return CompletableFuture.failedFuture(failure);
    }
    Executor later =
        CompletableFuture.delayedExecutor(
            patience.pauseAfter(failure).toMillis(), TimeUnit.MILLISECONDS, Runnable::run);
    return CompletableFuture.completedFuture(id)
        .thenComposeAsync(same -> ask(same, failures), later);
  }

  private static Throwable causeOf(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof UncheckedIOException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The job itself, unless it failed. */
  static Job done(Job job) {
    if (job.state() == JobState.FAILED && job.error() != null) {
      throw new ProblemException(job.error(), null);
    }
    return job;
  }
}
