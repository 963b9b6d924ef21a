package dev.stockade.server.api;

import dev.stockade.server.access.Caller;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobError;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.worker.JobService;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
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

  JobHandlers(Vertx vertx, JobService jobs) {
    this.vertx = vertx;
    this.jobs = jobs;
    this.renderers = vertx.createSharedWorkerExecutor("stockade-answers", RENDERERS);
  }

  void create(RoutingContext context) {
    if (context.response().closed()) {
      return;
    }
    Job job = submit(RequestReader.jobOf(context), TokenGuard.callerOf(context));
    job.onEnd(RequestReader.takeShare(context)::close);
    Duration wait = RequestReader.waitOf(context);
    if (wait.isZero()) {
      accepted(context, job.snapshot());
    } else {
      whenEnded(context, job, wait, () -> cancel(job), now -> created(context, now));
    }
  }

  /** Counts the job among those of its token until it ends. */
  private Job submit(JobRequest request, @Nullable Caller caller) {
    if (caller == null) {
      return submit(request);
    }
    if (!caller.beginJob()) {
      throw new ProblemException(Problem.tooManyUnfinished(caller.mostUnfinished()));
    }
    try {
      Job job = submit(request);
      job.onEnd(caller::endJob);
      return job;
    } catch (RuntimeException e) {
      caller.endJob();
      throw e;
    }
  }

  private Job submit(JobRequest request) {
    try {
      return jobs.submit(request);
    } catch (JobService.QueueFullException e) {
      throw new ProblemException(Problem.tooManyJobs("the queue is full: " + e.getMessage()));
    } catch (JobService.DrainingException e) {
      throw new ProblemException(Problem.draining());
    }
  }

  private void created(RoutingContext context, Job.Snapshot job) {
    JobError error = job.error();
    if (error != null) {
      ProblemWriter.write(context, Problem.ofJob(error, job.id()));
    } else if (job.state().isFinal()) {
      answer(context, 200, job);
    } else {
      accepted(context, job);
    }
  }

  private static void accepted(RoutingContext context, Job.Snapshot job) {
    context.response().putHeader(HttpHeaders.LOCATION, "/v1/jobs/" + job.id());
    Json.send(context, 202, JobJson.reference(job));
  }

  void get(RoutingContext context) {
    Job job = find(context);
    whenEnded(
        context, job, RequestReader.waitOf(context), () -> {}, now -> answer(context, 200, now));
  }

  void cancel(RoutingContext context) {
    Job job = find(context);
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

  /** Killing makes system calls, which is nothing for an event loop. */
  private Future<Void> cancel(Job job) {
    return vertx.executeBlocking(
        () -> {
          jobs.cancel(job);
          return null;
        },
        false);
  }

  private Job find(RoutingContext context) {
    return jobs.find(context.pathParam("id"))
        .orElseThrow(() -> new ProblemException(Problem.noSuchJob()));
  }

  /** Renders a small job at once, a large one on a worker thread. */
  private void answer(RoutingContext context, int status, Job.Snapshot job) {
    if (job.heldBytes() <= SMALL_BYTES) {
      Json.send(context, status, JobJson.full(job));
      return;
    }
    renderers
        .executeBlocking(() -> JobJson.full(job).toBuffer(), false)
        .onSuccess(body -> Json.send(context, status, body))
        .onFailure(context::fail);
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
