package dev.stockade.server.worker;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.FilesOfJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobCodec;
import dev.stockade.server.job.JobError;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.job.NotReadyException;
import dev.stockade.server.job.StoreUnavailableException;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.job.Submission;
import dev.stockade.server.store.Added;
import dev.stockade.server.store.Cancelled;
import dev.stockade.server.store.Claim;
import dev.stockade.server.store.JobFilter;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.NewJob;
import dev.stockade.server.store.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts, finds, cancels and drains jobs. Thread-safe. What a client waits for is in memory alone;
 * what has been {@linkplain #accept accepted} is in the store until it is done.
 */
public final class JobService {
  /** How long killing the runs that outlived the drain time may take. */
  private static final Duration KILL_TIME = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(JobService.class);

  private final InstantSource clock = InstantSource.system();
  private final JobStore store;
  private final JobQueue queue;
  private final JobList list;
  private final JobCodec codec;
  private final NewJobs newJobs;
  private final JobEnds ends;
  private final HeldFiles files;
  private final int queueCapacity;
  private final WorkerPool workers;
  private final Admission admission;
  private final Dispatcher dispatcher;
  private final Housekeeper housekeeper;
  private final String owner = UUID.randomUUID().toString();
  private final Claims claims = new Claims();
  private final AtomicBoolean draining = new AtomicBoolean();

  /** Starts taking jobs from the queue, which is the caller's to close. */
  public JobService(
      JobStore store,
      JobQueue queue,
      JobCodec codec,
      StoredFiles files,
      int workers,
      int queueCapacity,
      JobRunner runner) {
    this.store = store;
    this.queue = queue;
    this.list = new JobList(store, queue);
    this.codec = codec;
    this.newJobs = new NewJobs(codec, queue.isShared());
    this.ends = new JobEnds(queue, codec);
    this.files = new HeldFiles(files);
    this.queueCapacity = queueCapacity;
    this.workers = new WorkerPool(workers, runner, this::freed);
    this.admission = new Admission(workers + queueCapacity);
    this.dispatcher = new Dispatcher(queue, owner, this::room, this::start);
    this.housekeeper =
        new Housekeeper(
            queue,
            new Leases(queue, owner, claims, store)::renew,
            new JobsElsewhere(store, queue)::lookAfter);
    if (!queue.isShared()) {
      for (int left = queue.queued(); left > 0; left--) {
        admission.enter();
      }
      this.files.holdForUnfinished(queue, codec, store);
    }
    dispatcher.start();
    housekeeper.start();
  }

  /**
   * Queues a job that is cancelled when its client goes, in memory alone. Never blocks.
   *
   * @param submitter who sent it; empty where the server does not tell its clients apart
   * @throws QueueFullException at once, when the queue has no place
   * @throws DrainingException when the server is about to end
   * @throws FilesGoneException when a stored file of the job has been deleted just now
   */
  public Job submit(JobRequest request, String submitter) {
    StoredFiles.Hold hold = files.hold(request);
    Job job;
    try {
      enter();
      job = store.create(submitter, request);
    } catch (RuntimeException refused) {
      hold.close();
      throw refused;
    }
    job.beforeEnd(hold::close);
    job.beforeEnd(admission::leave);
    job.events().add(new JobEvent.Queued(workers.queued()));
    if (!workers.offer(job)) {
      store.discard(job);
      hold.close();
      admission.leave();
      throw new DrainingException();
    }
    return job;
  }

  /**
   * Whether a job has to be in the store although its client waits for it: other servers would let
   * its files go.
   */
  public boolean needsStore(JobRequest request) {
    return queue.isShared() && !FilesOfJob.of(request).isEmpty();
  }

  private void enter() {
    if (draining.get()) {
      throw new DrainingException();
    }
    if (!admission.tryEnter()) {
      throw new QueueFullException(queueCapacity);
    }
  }

  private void freed() {
    dispatcher.freed();
  }

  /**
   * A job that has been accepted.
   *
   * @param isNew false when an earlier request with the same key had brought it
   */
  public record Accepted(Job job, boolean isNew) {}

  /**
   * Accepts jobs, all or none: when this returns, they are in the store. Blocks.
   *
   * @param submissions at least one; all of them with a key of its own, or none
   * @throws QueueFullException when the queue has no place for all of them
   * @throws DrainingException when the server is about to end
   * @throws KeyReusedException when a key is that of another request
   * @throws FilesGoneException when a stored file of a job has been deleted just now
   */
  public List<Accepted> accept(List<Submission> submissions) {
    if (draining.get()) {
      throw new DrainingException();
    }
    List<StoredFiles.Hold> holds = queue.isShared() ? List.of() : files.holdAll(submissions);
    int jobs = submissions.size();
    boolean entered = !queue.isShared() && admission.tryEnter(jobs);
    int mostQueued = queue.isShared() ? queueCapacity : entered ? Integer.MAX_VALUE : 0;
    boolean kept = false;
    try {
      List<Accepted> accepted = add(submissions, mostQueued);
      kept = accepted.get(0).isNew();
      for (int i = 0; kept && i < holds.size(); i++) {
        accepted.get(i).job().beforeEnd(holds.get(i)::close);
      }
      return accepted;
    } finally {
      if (!kept) {
        holds.forEach(StoredFiles.Hold::close);
      }
      if (entered && !kept) {
        admission.leave(jobs);
      }
    }
  }

  /** Adds jobs; once more when those that had their keys have been forgotten just now. */
  private List<Accepted> add(List<Submission> submissions, int mostQueued) {
    Optional<List<Accepted>> added = tryAdd(submissions, mostQueued);
    while (added.isEmpty()) {
      added = tryAdd(submissions, mostQueued);
    }
    return added.get();
  }

  private Optional<List<Accepted>> tryAdd(List<Submission> submissions, int mostQueued) {
    List<NewJob> added = new ArrayList<>();
    List<Job> followers = new ArrayList<>();
    int waiting = queued();
    for (Submission submission : submissions) {
      NewJob job =
          newJobs.of(
              store.describe(submission.submitter(), submission.request()), submission, null);
      // Here before it is in the store, from which it may be taken and done at once.
      Job follower = store.follow(job.id(), job.submitter(), job.createdAt());
      follower.events().add(new JobEvent.Queued(waiting++));
      added.add(job);
      followers.add(follower);
    }
    boolean areNew = false;
    try {
      List<Added> there = queue.addAll(added, mostQueued);
      Added first = there.get(0);
      areNew = first.kind() == Added.Kind.NEW;
      return switch (first.kind()) {
        case NEW -> {
          dispatcher.wake();
          yield Optional.of(followers.stream().map(job -> new Accepted(job, true)).toList());
        }
        case SAME -> known(there);
        case OTHER -> throw new KeyReusedException();
        case FULL -> throw new QueueFullException(queueCapacity);
      };
    } finally {
      if (!areNew) {
        followers.forEach(store::discard);
      }
    }
  }

  /** Jobs that had been accepted before; empty when one of them is there no more. */
  private Optional<List<Accepted>> known(List<Added> there) {
    List<Accepted> known = new ArrayList<>();
    for (Added job : there) {
      find(job.id())
          .or(() -> load(job.id()).map(this::follow))
          .ifPresent(found -> known.add(new Accepted(found, false)));
    }
    return known.size() == there.size() ? Optional.of(known) : Optional.empty();
  }

  /**
   * Makes a job that its client has waited for outlive the server: it is in the store when this
   * returns. Blocks.
   */
  public void keep(Job job, Submission submission) {
    NewJob kept = newJobs.of(job, submission, owner);
    Claim claim = Claim.of(kept, queue.add(kept, Integer.MAX_VALUE).attempt());
    claims.add(claim);
    Consumer<Instant> beginning =
        kept.startedAt() == null ? at -> ends.noteBegun(claim, at) : at -> {};
    if (!job.keepBy(end -> keepEnd(claim, end), beginning)) {
      job.onEnd(() -> keepEnd(claim, job.snapshot()));
    }
  }

  /** The job, if it is in memory: unfinished and known to this server, or ended lately. */
  public Optional<Job> find(String id) {
    return store.find(id);
  }

  /** The job as it is in the store. Blocks. */
  public Optional<StoredJob> load(String id) {
    return queue.find(id);
  }

  /** The jobs in the store, and those in memory alone, newest first. Blocks. */
  public List<StoredJob> list(JobFilter filter) {
    return list.page(filter);
  }

  /** What stands for a job in the store, and ends with it. */
  public Job follow(StoredJob stored) {
    Job job = store.follow(stored.id(), stored.submitter(), stored.createdAt());
    JobsElsewhere.follow(job, stored);
    return job;
  }

  /** Cancels the job; its place in the queue is free at once. Blocks. */
  public void cancel(Job job) {
    if (!job.isHere()) {
      cancelInStore(job.id());
    } else if (claims.has(job.id())) {
      queue.cancel(job.id()); // so that another server knows of it, should this one die now
    }
    job.cancel();
    workers.withdraw(job);
  }

  private void cancelInStore(String id) {
    Optional<Cancelled> cancelled = queue.cancel(id);
    if (cancelled.isPresent() && cancelled.get().byThis()) {
      departed();
    }
    if (cancelled.isPresent() && cancelled.get().state().isFinal()) {
      queue.find(List.of(id)).forEach(this::follow);
    }
  }

  /** A job of the store has ended; its place is free. */
  private void departed() {
    if (!queue.isShared()) {
      admission.leave();
    }
  }

  /** Jobs that have been accepted and not been started. Blocks where servers share them. */
  public int queued() {
    return workers.queued() + queue.queued();
  }

  public boolean isDraining() {
    return draining.get();
  }

  /** Whether accepted jobs outlive the server. */
  public boolean isDurable() {
    return queue.isDurable();
  }

  /**
   * How many jobs are taken from the store now: one for each idle worker, and one where jobs in
   * memory wait, so that these do not go before all of the store's.
   */
  private int room() {
    int idle = workers.idle();
    return idle == 0 && workers.queued() > 0 && !hasClaimThatWaits() ? 1 : idle;
  }

  private boolean hasClaimThatWaits() {
    return claims.all().stream()
        .flatMap(claim -> store.find(claim.id()).stream())
        .anyMatch(job -> job.snapshot().state() == JobState.QUEUED);
  }

  /** Starts a job that was claimed; false while the languages are being looked for. */
  private boolean start(Claim claim) {
    JobRequest request;
    try {
      request = codec.request(claim.request());
    } catch (NotReadyException wait) {
      return false;
    } catch (StoreUnavailableException later) {
      throw later;
    } catch (RuntimeException refused) {
      refuse(claim, refused);
      return true;
    }
    Job job = store.follow(claim.id(), claim.submitter(), claim.createdAt());
    Job.Keeper keeper = end -> keepEnd(claim, end) && leave();
    if (claims.add(claim, () -> job.take(request, keeper))) {
      run(claim, job);
    } else if (!claims.replace(claim, () -> job.keepBy(keeper, at -> {}))) {
      queue.release(claim);
    }
    return true;
  }

  private void run(Claim claim, Job job) {
    if (claim.takeovers() > JobQueue.MOST_TAKEOVERS) {
      job.start();
      job.fail(
          new SandboxException(
              "given up: " + claim.takeovers() + " servers ended while they had this job"));
    } else if (claim.cancelAsked()) {
      job.cancel();
    } else if (!workers.offer(job)) {
      claims.giveUp(claim);
      job.cancel();
    }
  }

  private boolean leave() {
    departed();
    return true;
  }

  /**
   * Ends a job whose request is none any more: a language or policy is gone. Nothing else that is
   * wrong with it may keep those behind it waiting.
   */
  private void refuse(Claim claim, RuntimeException refused) {
    if (!(refused instanceof InvalidRequestException)) {
      log.error("the request of job {} cannot be read", claim.id(), refused);
    }
    Instant now = clock.instant();
    Job.Snapshot end =
        new Job.Snapshot(
            claim.id(),
            JobState.FAILED,
            Job.Subject.IN_STORE,
            claim.createdAt(),
            now,
            now,
            null,
            JobError.of(refused));
    if (queue.finish(claim, ends.endingOf(end))) {
      departed();
    }
    store
        .follow(claim.id(), claim.submitter(), claim.createdAt())
        .follow(end.state(), null, now, now);
  }

  private boolean keepEnd(Claim claim, Job.Snapshot end) {
    try {
      return claims.remove(claim) ? ends.keep(claim, end) : ends.giveBack(claim);
    } finally {
      dispatcher.wake();
    }
  }

  /**
   * Ends the service: accepts nothing more, gives what runs some time, cancels what only a client
   * that waits wants, and leaves the rest in the store for the next server.
   *
   * @return whether no worker is left
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    draining.set(true);
    long end = System.nanoTime() + atMost.toNanos();
    if (queue.isDurable()) {
      dispatcher.close();
    } else {
      awaitNoneQueued(end);
      dispatcher.close();
    }
    workers.close();
    boolean idle = workers.awaitIdle(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    if (!idle) {
      // First, so that the worker of a run that is cancelled below finds no other to start.
      workers.withdrawAll();
      for (Job job : store.unfinished()) {
        endEarly(job, atMost);
      }
      idle = workers.awaitIdle(KILL_TIME);
    }
    ends.stopTrying();
    housekeeper.close();
    store.unfinished().forEach(Job::wake);
    return idle;
  }

  private void awaitNoneQueued(long end) throws InterruptedException {
    while (queue.queued() > 0 && System.nanoTime() < end) {
      Thread.sleep(5);
    }
  }

  private void endEarly(Job job, Duration atMost) {
    if (queue.isDurable() && !job.isHere()) {
      return;
    }
    if (queue.isDurable() && claims.has(job.id())) {
      claims.giveUp(job.id());
      log.warn("job {} goes back to the queue: the server ends and {} are over", job.id(), atMost);
      job.cancel();
    } else {
      log.warn("job {} is cancelled: the server ends and {} are over", job.id(), atMost);
      cancel(job);
    }
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

  /** An idempotency key came with another request than before. */
  public static final class KeyReusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyReusedException() {
      super("was sent before with another body");
    }
  }
}
