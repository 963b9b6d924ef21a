package dev.stockade.server.api;

import dev.stockade.server.access.Caller;
import dev.stockade.server.access.Role;
import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobError;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Submission;
import dev.stockade.server.store.CallbackProgress;
import dev.stockade.server.store.JobFilter;
import dev.stockade.server.store.StoredJob;
import dev.stockade.server.worker.JobService;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Submitting, fetching and cancelling jobs. */
final class JobHandlers {
  /** How long a cancellation is waited for before its answer is 202. */
  private static final Duration KILL_WAIT = Duration.ofSeconds(5);

  /** Answers rendered at one time: each may need several times the largest output in memory. */
  private static final int RENDERERS = 2;

  /** Output and files that an event loop renders in some ten microseconds, less than a handover. */
  private static final int SMALL_BYTES = 16 * 1024;

  private final Vertx vertx;
  private final JobService jobs;
  private final WorkerExecutor renderers;
  private final StoreThreads storeThreads;
  private final boolean callbacks;

  /**
   * @param callbacks whether jobs may have a callback, of which the store knows
   */
  JobHandlers(Vertx vertx, JobService jobs, boolean callbacks) {
    this.callbacks = callbacks;
    this.vertx = vertx;
    this.jobs = jobs;
    this.renderers = vertx.createSharedWorkerExecutor("stockade-answers", RENDERERS);
    this.storeThreads = StoreThreads.ofJobs(vertx);
  }

  void create(RoutingContext context) {
    if (context.response().closed()) {
      return;
    }
    Submission submission = RequestReader.jobOf(context);
    Runnable leave = enter(TokenGuard.callerOf(context), 1);
    if (RequestReader.waitOf(context).isZero()
        || submission.isKept()
        || jobs.needsStore(submission.request())) {
      accept(context, submission, leave);
    } else {
      run(context, submission, leave);
    }
  }

  /**
   * Counts jobs among the unfinished ones of their token: all of them or none.
   *
   * @return to be called once for each when it has ended, or was not taken after all
   */
  static Runnable enter(@Nullable Caller caller, int jobs) {
    if (caller == null) {
      return () -> {};
    }
    for (int begun = 0; begun < jobs; begun++) {
      if (!caller.beginJob()) {
        for (int i = 0; i < begun; i++) {
          caller.endJob();
        }
        throw new ProblemException(Problem.tooManyUnfinished(caller.limits().unfinishedJobs()));
      }
    }
    return caller::endJob;
  }

  void createAll(RoutingContext context) {
    if (context.response().closed()) {
      return;
    }
    List<Submission> submissions = RequestReader.jobsOf(context);
    accept(
        context,
        submissions,
        enter(TokenGuard.callerOf(context), submissions.size()),
        accepted -> {
          JsonArray references = new JsonArray();
          accepted.forEach(one -> references.add(JobJson.reference(one.job().snapshot())));
          Json.send(context, 202, new JsonObject().put("jobs", references));
        });
  }

  /**
   * Accepts jobs that go on whatever becomes of their client.
   *
   * @param leave as {@link #enter} gave it
   */
  private void accept(
      RoutingContext context,
      List<Submission> submissions,
      Runnable leave,
      Handler<List<JobService.Accepted>> then) {
    ByteBudget.Share share = RequestReader.takeShare(context);
    inStore(() -> jobs.accept(submissions))
        .onFailure(
            refused -> {
              submissions.forEach(one -> leave.run());
              share.close();
              context.fail(asProblem(refused));
            })
        .onSuccess(
            accepted -> {
              RequestTrace.brought(context, accepted.stream().map(one -> one.job().id()).toList());
              for (JobService.Accepted one : accepted) {
                if (one.isNew()) {
                  one.job().beforeEnd(leave);
                } else {
                  leave.run();
                }
              }
              if (jobs.isDurable() || !accepted.get(0).isNew()) {
                share.close();
              } else {
                closeAtEnd(share, accepted);
              }
              then.handle(accepted);
            });
  }

  /** Jobs in memory hold their bodies until the last of them has ended. */
  private static void closeAtEnd(ByteBudget.Share share, List<JobService.Accepted> accepted) {
    AtomicInteger left = new AtomicInteger(accepted.size());
    for (JobService.Accepted one : accepted) {
      one.job()
          .beforeEnd(
              () -> {
                if (left.decrementAndGet() == 0) {
                  share.close();
                }
              });
    }
  }

  /**
   * Accepts a job that goes on whatever becomes of its client; but one that is in the store for its
   * files alone is cancelled with its client.
   */
  private void accept(RoutingContext context, Submission submission, Runnable leave) {
    Duration wait = RequestReader.waitOf(context);
    accept(
        context,
        List.of(submission),
        leave,
        accepted -> {
          Job job = accepted.get(0).job();
          if (wait.isZero()) {
            accepted(context, job.snapshot());
          } else {
            Runnable ifGone = submission.isKept() ? () -> {} : () -> cancel(job);
            whenEnded(context, job, wait, ifGone, now -> created(context, now));
          }
        });
  }

  /** Runs a job for a client that waits; it is accepted only when the client has waited enough. */
  private void run(RoutingContext context, Submission submission, Runnable leave) {
    Job job;
    try {
      job = submit(submission.request(), submission.submitter());
    } catch (RuntimeException refused) {
      leave.run();
      throw refused;
    }
    RequestTrace.brought(context, List.of(job.id()));
    job.beforeEnd(leave);
    job.beforeEnd(RequestReader.takeShare(context)::close);
    whenEnded(
        context,
        job,
        RequestReader.waitOf(context),
        () -> cancel(job),
        now -> {
          if (now.state().isFinal()) {
            created(context, now);
          } else {
            keep(context, job, submission);
          }
        });
  }

  private void keep(RoutingContext context, Job job, Submission submission) {
    inStore(
            () -> {
              jobs.keep(job, submission);
              return job.snapshot();
            })
        .onSuccess(now -> created(context, now))
        .onFailure(
            unreachable -> {
              cancel(job);
              context.fail(unreachable);
            });
  }

  Job submit(JobRequest request, String submitter) {
    try {
      return jobs.submit(request, submitter);
    } catch (JobService.QueueFullException | JobService.DrainingException | FilesGoneException e) {
      throw asProblem(e);
    }
  }

  private static RuntimeException asProblem(Throwable refused) {
    if (refused instanceof JobService.QueueFullException) {
      return new ProblemException(
          Problem.tooManyJobs("the queue is full: " + refused.getMessage()));
    }
    if (refused instanceof JobService.DrainingException) {
      return new ProblemException(Problem.draining());
    }
    if (refused instanceof JobService.KeyReusedException) {
      return new ProblemException(Problem.keyReused(String.valueOf(refused.getMessage())));
    }
    if (refused instanceof FilesGoneException) {
      return new ProblemException(
          Problem.badRequest(ContentReader.SHA256, String.valueOf(refused.getMessage())));
    }
    return refused instanceof RuntimeException known ? known : new IllegalStateException(refused);
  }

  /** Does something that may block on a thread of the store's. */
  private <T> Future<T> inStore(Callable<T> work) {
    return storeThreads.run(work);
  }

  private void created(RoutingContext context, Job.Snapshot job) {
    JobError error = job.error();
    if (error != null) {
      ProblemWriter.write(context, Problem.ofJob(error, job.id()));
    } else if (job.state().isFinal()) {
      answer(context, job);
    } else {
      accepted(context, job);
    }
  }

  private static void accepted(RoutingContext context, Job.Snapshot job) {
    context.response().putHeader(HttpHeaders.LOCATION, "/v1/jobs/" + job.id());
    Json.send(context, 202, JobJson.reference(job));
  }

  /** Whose jobs are listed; {@code null}: everybody's. Who sends jobs sees its own. */
  private static @Nullable String whose(@Nullable Caller caller) {
    return caller != null && caller.role() == Role.SUBMIT ? caller.name() : null;
  }

  void list(RoutingContext context) {
    JobFilter filter = ListQuery.parse(context.queryParams(), whose(TokenGuard.callerOf(context)));
    inStore(() -> StoredJobJson.page(jobs.list(filter), filter.limit()))
        .onSuccess(page -> Json.send(context, 200, page))
        .onFailure(context::fail);
  }

  void get(RoutingContext context) {
    withJob(
        context,
        job ->
            whenEnded(
                context,
                job,
                RequestReader.waitOf(context),
                () -> {},
                now -> answer(context, now)));
  }

  void cancel(RoutingContext context) {
    withJob(context, job -> cancel(context, job));
  }

  private void cancel(RoutingContext context, Job job) {
    cancel(job)
        .onSuccess(
            asked ->
                whenEnded(
                    context,
                    job,
                    KILL_WAIT,
                    () -> {},
                    now ->
                        Json.send(
                            context, now.state().isFinal() ? 200 : 202, JobJson.reference(now))))
        .onFailure(context::fail);
  }

  /** Killing makes system calls, and asks the store: nothing for an event loop. */
  Future<Void> cancel(Job job) {
    return inStore(
        () -> {
          jobs.cancel(job);
          return null;
        });
  }

  /**
   * Goes on with the job that the path names: at once where it is in memory. One that its client
   * must not know of is not there.
   */
  void withJob(RoutingContext context, Handler<Job> then) {
    String id = context.pathParam("id");
    Caller caller = TokenGuard.callerOf(context);
    Optional<Job> here = jobs.find(id);
    if (here.isPresent()) {
      if (!sees(caller, here.get().submitter())) {
        throw new ProblemException(Problem.noSuchJob());
      }
      then.handle(here.get());
      return;
    }
    inStore(() -> jobs.load(id).filter(job -> sees(caller, job.submitter())).map(jobs::follow))
        .onFailure(context::fail)
        .onSuccess(
            found -> {
              if (found.isPresent()) {
                handle(context, then, found.get());
              } else {
                context.fail(new ProblemException(Problem.noSuchJob()));
              }
            });
  }

  private static boolean sees(@Nullable Caller caller, String submitter) {
    return caller == null || caller.sees(submitter);
  }

  private static void handle(RoutingContext context, Handler<Job> then, Job job) {
    try {
      then.handle(job);
    } catch (RuntimeException refused) {
      context.fail(refused);
    }
  }

  /** Renders a small job at once, a large one on a worker thread; others are in the store. */
  private void answer(RoutingContext context, Job.Snapshot job) {
    boolean elsewhere = job.subject().equals(Job.Subject.IN_STORE);
    if (!elsewhere && !callbacks) {
      render(context, job);
      return;
    }
    inStore(() -> jobs.load(job.id()).flatMap(stored -> asStored(job, stored, elsewhere)))
        .onFailure(context::fail)
        .onSuccess(
            found -> {
              if (found.isPresent()) {
                Json.send(context, 200, found.get());
              } else if (elsewhere) {
                context.fail(new ProblemException(Problem.noSuchJob()));
              } else {
                render(context, job);
              }
            });
  }

  /** The job with what only the store knows of it; empty when that is nothing. */
  private static Optional<Buffer> asStored(Job.Snapshot job, StoredJob stored, boolean elsewhere) {
    CallbackProgress callback = stored.callback();
    if (elsewhere || (callback != null && job.state().isFinal())) {
      return Optional.of(StoredJobJson.full(stored));
    }
    return Optional.ofNullable(callback)
        .map(StoredJobJson::callback)
        .map(json -> JobJson.full(job).put(StoredJobJson.CALLBACK, json).toBuffer());
  }

  private void render(RoutingContext context, Job.Snapshot job) {
    if (job.heldBytes() <= SMALL_BYTES) {
      Json.send(context, 200, JobJson.full(job));
      return;
    }
    render(job).onSuccess(body -> Json.send(context, 200, body)).onFailure(context::fail);
  }

  /** Renders a job of any size on a worker thread. */
  Future<Buffer> render(Job.Snapshot job) {
    return renderers.executeBlocking(() -> JobJson.full(job).toBuffer(), false);
  }

  /**
   * Goes on, once, when the job has ended or the time is over; not at all when the client has gone.
   */
  private void whenEnded(
      RoutingContext context,
      Job job,
      Duration atMost,
      Runnable ifGone,
      Handler<Job.Snapshot> then) {
    if (context.response().closed()) {
      ifGone.run(); // while the job was looked up or stored: no end of the request follows
      return;
    }
    if (atMost.isZero() || job.snapshot().state().isFinal()) {
      then.handle(job.snapshot());
      return;
    }
    Waiting waiting = new Waiting(vertx.getOrCreateContext(), job, then);
    waiting.timer = vertx.setTimer(Math.max(1, atMost.toMillis()), over -> waiting.end());
    waiting.listening = job.onEnd(waiting::endOnLoop);
    context.addEndHandler(
        sent -> {
          if (sent.failed() && waiting.stop()) {
            ifGone.run();
          }
        });
  }

  /** A request waiting for a job. Everything but {@link #endOnLoop} happens on one event loop. */
  private final class Waiting {
    private final Context loop;
    private final Job job;
    private final Handler<Job.Snapshot> then;
    private long timer;
    private Job.@Nullable Listening listening;
    private boolean over;

    Waiting(Context loop, Job job, Handler<Job.Snapshot> then) {
      this.loop = loop;
      this.job = job;
      this.then = then;
    }

    void endOnLoop() {
      loop.runOnContext(ended -> end());
    }

    void end() {
      if (stop()) {
        then.handle(job.snapshot());
      }
    }

    /** Stops waiting; false when that had happened already. */
    boolean stop() {
      if (over) {
        return false;
      }
      over = true;
      vertx.cancelTimer(timer);
      if (listening != null) {
        listening.close();
      }
      return true;
    }
  }
}
