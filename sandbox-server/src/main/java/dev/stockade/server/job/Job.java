package dev.stockade.server.job;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One job's life, from acceptance to its final {@link JobState}. Thread-safe.
 *
 * <p>States only move forward, and exactly one of {@link #done}, {@link #fail} and {@link #cancel}
 * decides how the job ends. The request is dropped at the end; what it was is kept in {@link
 * Subject}.
 */
public final class Job {
  /**
   * What a job is about, as far as it is kept after the end.
   *
   * @param language id of the language; {@code null} for a command
   * @param command program and arguments; {@code null} for a language
   * @param policy name of the policy of a command; {@code null} for a language
   */
  public record Subject(
      @Nullable String language, @Nullable List<byte[]> command, @Nullable String policy) {
    public static Subject of(JobRequest request) {
      if (request instanceof LanguageJob language) {
        return new Subject(language.language(), null, null);
      }
      if (request instanceof TestedJob tested) {
        return of(tested.program());
      }
      CommandJob command = (CommandJob) request;
      return new Subject(null, command.command(), command.policy());
    }
  }

  /** A job as it was at one moment. */
  public record Snapshot(
      String id,
      JobState state,
      Subject subject,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable FinishedJob outcome,
      @Nullable JobError error) {
    /** Bytes of output and files; 0 before the end. */
    public long heldBytes() {
      return outcome == null ? 0 : outcome.heldBytes();
    }
  }

  /** Something that waits for a job; closing it stops the waiting. */
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  private final String id;
  private final Subject subject;
  private final InstantSource clock;
  private final Instant createdAt;
  private final JobCancellation cancellation = new JobCancellation();
  private final JobEvents events = new JobEvents();
  private final Set<Runnable> listeners = new LinkedHashSet<>();

  private JobState state = JobState.QUEUED;
  private @Nullable JobRequest request;
  private @Nullable Instant startedAt;
  private @Nullable Instant finishedAt;
  private @Nullable FinishedJob outcome;
  private @Nullable JobError error;

  public Job(String id, JobRequest request, InstantSource clock) {
    this.id = id;
    this.request = request;
    this.subject = Subject.of(request);
    this.clock = clock;
    this.createdAt = clock.instant();
  }

  public String id() {
    return id;
  }

  /** What the runs of this job have to obey. */
  public JobCancellation cancellation() {
    return cancellation;
  }

  /** What happened to this job. */
  public JobEvents events() {
    return events;
  }

  /**
   * Takes the job from the queue.
   *
   * @return what to run; {@code null} when the job was cancelled before
   */
  public @Nullable JobRequest start() {
    JobRequest wanted;
    synchronized (this) {
      if (state != JobState.QUEUED) {
        return null;
      }
      state = JobState.RUNNING;
      startedAt = clock.instant();
      wanted = request;
    }
    events.add(new JobEvent.Started());
    return wanted;
  }

  /** Ends a running job with what came of it. */
  public void done(FinishedJob finished) {
    end(JobState.RUNNING, JobState.DONE, finished, null);
  }

  /** Ends a running job with the reason why nothing came of it. */
  public void fail(Throwable failure) {
    if (failure instanceof CancellationException) {
      end(JobState.RUNNING, JobState.CANCELLED, null, null);
    } else {
      end(JobState.RUNNING, JobState.FAILED, null, JobError.of(failure));
    }
  }

  /**
   * Cancels the job: while queued it ends at once, while running its runs are asked to end, and at
   * its end nothing changes.
   */
  public void cancel() {
    cancellation.cancel();
    end(JobState.QUEUED, JobState.CANCELLED, null, null);
  }

  private void end(
      JobState from, JobState to, @Nullable FinishedJob finished, @Nullable JobError failure) {
    List<Runnable> waiting;
    synchronized (this) {
      if (state != from) {
        return;
      }
      state = to;
      outcome = finished;
      error = failure;
      finishedAt = clock.instant();
      request = null;
      waiting = List.copyOf(listeners);
      listeners.clear();
    }
    events.add(new JobEvent.Ended(to, finished == null ? null : finished.verdict()));
    waiting.forEach(Runnable::run);
  }

  /**
   * Calls back once when the job ends, on the thread that ends it; at once when it has ended
   * already.
   */
  public Listening onEnd(Runnable listener) {
    synchronized (this) {
      if (!state.isFinal()) {
        listeners.add(listener);
        return () -> forget(listener);
      }
    }
    listener.run();
    return () -> {};
  }

  private synchronized void forget(Runnable listener) {
    listeners.remove(listener);
  }

  public synchronized Snapshot snapshot() {
    return new Snapshot(id, state, subject, createdAt, startedAt, finishedAt, outcome, error);
  }

  /** Bytes of output and events that the job holds on to; 0 before its end. */
  public synchronized long heldBytes() {
    return outcome == null ? 0 : outcome.heldBytes() + events.heldBytes();
  }
}
