package dev.stockade.server.worker;

import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts and logs what another runner does. */
public final class ObservedRunner implements JobRunner {
  private final JobRunner runner;
  private final Metrics metrics;
  private final ActivityLog log;
  private final AtomicInteger running = new AtomicInteger();

  public ObservedRunner(JobRunner runner, Metrics metrics, ActivityLog log) {
    this.runner = runner;
    this.metrics = metrics;
    this.log = log;
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
      write(request, context, queued, "done", finished.verdict().name());
      return finished;
    } catch (CancellationException cancelled) {
      metrics.notDone(true);
      write(request, context, queued, "cancelled", null);
      throw cancelled;
    } catch (RuntimeException | Error failure) {
      metrics.notDone(false);
      write(request, context, queued, "failed", null);
      throw failure;
    } finally {
      running.decrementAndGet();
    }
  }

  private void write(
      JobRequest request,
      JobContext context,
      Duration queued,
      String state,
      @Nullable String verdict) {
    Job.Subject subject = Job.Subject.of(request);
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
