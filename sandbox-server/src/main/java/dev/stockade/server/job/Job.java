package dev.stockade.server.job;

import dev.stockade.server.judge.JudgeVerdict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
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
   * @param terminal whether its client attends it on a terminal
   * @param linked whether it has several programs, each with its own language or command
   */
  public record Subject(
      @Nullable String language,
      @Nullable List<byte[]> command,
      @Nullable String policy,
      boolean terminal,
      boolean linked) {
    /** Of a job whose request is in the store alone. */
    public static final Subject IN_STORE = new Subject(null, null, null, false, false);

    public static Subject of(JobRequest request) {
      if (request instanceof LanguageJob language) {
        return new Subject(language.language(), null, null, false, false);
      }
      if (request instanceof TestedJob tested) {
        return of(tested.program());
      }
      if (request instanceof AttendedJob attended) {
        Subject program = of(attended.program());
        return new Subject(
            program.language(),
            program.command(),
            program.policy(),
            attended.live().hasTerminal(),
            false);
      }
      if (request instanceof LinkedJob) {
        return new Subject(null, null, null, false, true);
      }
      CommandJob command = (CommandJob) request;
      return new Subject(null, command.command(), command.policy(), false, false);
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

  /** Where a job's end is written down before anybody is told of it. */
  @FunctionalInterface
  public interface Keeper {
    /**
     * Keeps the end. May block.
     *
     * @return false when it is not this server's to say: the job goes on elsewhere
     */
    boolean keep(Snapshot end);
  }

  /** Something that waits for a job; closing it stops the waiting. */
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  private final String id;
  private final String submitter;
  private final InstantSource clock;
  private final Instant createdAt;
  private JobCancellation cancellation = new JobCancellation();
  private final JobEvents events = new JobEvents();
  private final Set<Runnable> listeners = new LinkedHashSet<>();
  private final List<Runnable> toGiveBack = new ArrayList<>();

  private JobState state = JobState.QUEUED;
  private Subject subject;
  private @Nullable JobRequest request;
  private @Nullable Keeper keeper;
  private Consumer<Instant> toldOfBeginning = at -> {};
  private boolean ending;
  private boolean gaveBack;
  private volatile Runnable books = () -> {};
  private @Nullable Instant startedAt;
  private @Nullable Instant finishedAt;
  private @Nullable FinishedJob outcome;
  private @Nullable JobError error;

  /**
   * @param submitter who sent it; empty where the server does not tell its clients apart
   */
  public Job(String id, String submitter, JobRequest request, InstantSource clock) {
    this(id, submitter, request, Subject.of(request), clock.instant(), clock);
  }

  private Job(
      String id,
      String submitter,
      @Nullable JobRequest request,
      Subject subject,
      Instant createdAt,
      InstantSource clock) {
    this.id = id;
    this.submitter = submitter;
    this.request = request;
    this.subject = subject;
    this.createdAt = createdAt;
    this.clock = clock;
  }

  /** A job whose request is in the store: it waits there for a server that takes it. */
  public static Job inStore(String id, String submitter, Instant createdAt, InstantSource clock) {
    return new Job(id, submitter, null, Subject.IN_STORE, createdAt, clock);
  }

  public String id() {
    return id;
  }

  /** Who sent it; empty where the server does not tell its clients apart. */
  public String submitter() {
    return submitter;
  }

  /** What the runs of this job have to obey. */
  public synchronized JobCancellation cancellation() {
    return cancellation;
  }

  /** What happened to this job. */
  public JobEvents events() {
    return events;
  }

  /**
   * Gives the job its request: this server has taken it from the store.
   *
   * @return false when the job has a request already, or has ended
   */
  public synchronized boolean take(JobRequest taken, Keeper end) {
    if (request != null || ending || state.isFinal()) {
      return false;
    }
    state = JobState.QUEUED;
    request = taken;
    subject = Subject.of(taken);
    keeper = end;
    return true;
  }

  /**
   * Has the end of a job kept that has its request from its client.
   *
   * @param beginning is told when the job begins, on the thread that runs it; at once when it has
   *     begun
   * @return false when the job has ended or is about to: its end is the caller's to keep
   */
  public boolean keepBy(Keeper end, Consumer<Instant> beginning) {
    Instant begun;
    synchronized (this) {
      if (ending || state.isFinal()) {
        return false;
      }
      keeper = end;
      toldOfBeginning = beginning;
      begun = startedAt;
    }
    if (begun != null) {
      beginning.accept(begun);
    }
    return true;
  }

  /** Has something called at the end, before those who wait; set once, before anybody waits. */
  synchronized void keepBooks(Runnable atEnd) {
    books = atEnd;
  }

  /** Whether this server has the request, or had it until the end. */
  public synchronized boolean isHere() {
    return !subject.equals(Subject.IN_STORE);
  }

  /** Whether it is in memory alone: its client waits for it or attends it. */
  public synchronized boolean isHereAlone() {
    return isHere() && keeper == null;
  }

  /** Whether anybody waits for its end, or for what it takes until then. */
  public synchronized boolean isWatched() {
    return !listeners.isEmpty() || !toGiveBack.isEmpty();
  }

  /** Another server has started the job, or ended it. Changes nothing where the job is here. */
  public void follow(
      JobState to,
      @Nullable JudgeVerdict verdict,
      @Nullable Instant started,
      @Nullable Instant finished) {
    List<Runnable> waiting;
    synchronized (this) {
      if (ending || state.isFinal() || keeper != null) {
        return;
      }
      if (!to.isFinal()) {
        state = to;
        startedAt = started;
        finishedAt = finished;
        return;
      }
      ending = true;
    }
    giveBack();
    synchronized (this) {
      state = to;
      startedAt = started;
      finishedAt = finished;
      subject = Subject.IN_STORE;
      waiting = drainListeners();
    }
    tellEnd(to, verdict);
    waiting.forEach(Runnable::run);
  }

  /** Calls back whoever waits, although the job has not ended: this server will not end it. */
  public void wake() {
    giveBack();
    List<Runnable> waiting;
    synchronized (this) {
      waiting = drainListeners();
    }
    waiting.forEach(Runnable::run);
  }

  private List<Runnable> drainListeners() {
    List<Runnable> waiting = List.copyOf(listeners);
    listeners.clear();
    return waiting;
  }

  /**
   * Takes the job from the queue.
   *
   * @return what to run; {@code null} when the job was cancelled before
   */
  public @Nullable JobRequest start() {
    JobRequest wanted;
    Instant now = clock.instant();
    Consumer<Instant> told;
    synchronized (this) {
      if (state != JobState.QUEUED || ending) {
        return null;
      }
      state = JobState.RUNNING;
      startedAt = now;
      wanted = request;
      told = toldOfBeginning;
    }
    events.add(new JobEvent.Started());
    told.accept(now);
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
   * its end nothing changes. A job that is in the store alone is cancelled there.
   */
  public void cancel() {
    cancellation().cancel();
    if (isHere()) {
      end(JobState.QUEUED, JobState.CANCELLED, null, null);
    }
  }

  private void end(
      JobState from, JobState to, @Nullable FinishedJob finished, @Nullable JobError failure) {
    Keeper keeps;
    Snapshot end;
    synchronized (this) {
      if (state != from || ending) {
        return;
      }
      ending = true;
      keeps = keeper;
      end = new Snapshot(id, to, subject, createdAt, startedAt, clock.instant(), finished, failure);
    }
    if (keeps == null || keeps.keep(end)) {
      publish(end);
    } else {
      letGo();
    }
  }

  private void publish(Snapshot end) {
    giveBack();
    List<Runnable> waiting;
    synchronized (this) {
      state = end.state();
      outcome = end.outcome();
      error = end.error();
      finishedAt = end.finishedAt();
      request = null;
      waiting = drainListeners();
    }
    tellEnd(end.state(), end.outcome() == null ? null : end.outcome().verdict());
    waiting.forEach(Runnable::run);
  }

  private void giveBack() {
    List<Runnable> taken;
    synchronized (this) {
      gaveBack = true;
      taken = List.copyOf(toGiveBack);
      toGiveBack.clear();
    }
    taken.forEach(Runnable::run);
  }

  private void tellEnd(JobState to, @Nullable JudgeVerdict verdict) {
    events.add(new JobEvent.Ended(to, verdict));
    books.run();
  }

  /** From now on the job is in the store alone. */
  private synchronized void letGo() {
    ending = false;
    cancellation = new JobCancellation(); // the old one was of a run here
    keeper = null;
    request = null;
    subject = Subject.IN_STORE;
  }

  /**
   * Has something given back that the job takes while it is unfinished: once, and before anybody
   * can see that it has ended, so that whoever sees it may send the next job; at once when it has
   * ended already.
   */
  public void beforeEnd(Runnable givingBack) {
    synchronized (this) {
      if (!gaveBack) {
        toGiveBack.add(givingBack);
        return;
      }
    }
    givingBack.run();
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
