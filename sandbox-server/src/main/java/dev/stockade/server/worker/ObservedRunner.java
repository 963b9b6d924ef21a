package dev.stockade.server.worker;

import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.JobTrace;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Traces;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts, logs and traces what another runner does. */
public final class ObservedRunner implements JobRunner {
  private final JobRunner runner;
  private final Metrics metrics;
  private final ActivityLog log;
  private final Traces traces;
  private final AtomicInteger running = new AtomicInteger();

  public ObservedRunner(JobRunner runner, Metrics metrics, ActivityLog log, Traces traces) {
    this.runner = runner;
    this.metrics = metrics;
    this.log = log;
    this.traces = traces;
    metrics.gauge("stockade.jobs.running", "Jobs that a worker is at.", running::get);
  }

  @Override
  public FinishedJob run(JobRequest request, JobContext context) {
    Duration queued = context.events().age();
    metrics.queued(queued);
    running.incrementAndGet();
    try {
      FinishedJob finished = runner.run(request, context);
      metrics.done(finished, context.events().age());
      tell(request, context, queued, "done", finished.verdict().name());
      return finished;
    } catch (CancellationException cancelled) {
      metrics.notDone(true);
      tell(request, context, queued, "cancelled", null);
      throw cancelled;
    } catch (RuntimeException | Error failure) {
      metrics.notDone(false);
      tell(request, context, queued, "failed", null);
      throw failure;
    } finally {
      running.decrementAndGet();
    }
  }

  private void tell(
      JobRequest request,
      JobContext context,
      Duration queued,
      String state,
      @Nullable String verdict) {
    Job.Subject subject = Job.Subject.of(request);
    traces.job(new JobTrace(context.job(), subject, context.events(), queued, state, verdict));
    log.job(
        new JsonObject()
            .put("job", context.job())
            .put("state", state)
            .put("verdict", verdict)
            .put("language", subject.language())
            .put("policy", subject.policy())
            .put("queuedMicros", queued.toNanos() / 1000)
            .put("totalMicros", context.events().age().toNanos() / 1000));
  }
}
