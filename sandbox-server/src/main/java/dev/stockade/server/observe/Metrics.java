package dev.stockade.server.observe;

import dev.stockade.core.RunResult;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.Judgement;
import dev.stockade.server.job.LinkedReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server counts, in the text format of Prometheus. Thread-safe.
 *
 * <p>No label holds anything that a client made up: they are bounded by what the server is.
 */
public final class Metrics implements AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Adds a number that is asked for whenever somebody looks. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).strongReference(true).register(registry);
  }

  /** A job has waited for a worker. */
  public void queued(Duration time) {
    stage("queue").record(time);
  }

  /** A job has been carried to its end. */
  public void done(FinishedJob job, Duration total) {
    ended("done");
    stage("total").record(total);
    count("stockade.jobs.verdicts", "Finished jobs by verdict.", "verdict", job.verdict().name());
    if (job.compile() != null) {
      count("stockade.compilations", "Jobs compiled.", "cached", String.valueOf(job.cached()));
      if (!job.cached()) {
        run(job.compile(), "compile");
      }
    }
    run(job.result(), "run");
    Judgement judgement = job.judgement();
    if (judgement != null) {
      run(judgement.checkerCompile(), "compile");
      run(judgement.interactorCompile(), "compile");
      judgement.tests().forEach(test -> run(test.result().result(), "run"));
    }
    if (job.linked() != null) {
      for (LinkedReport.Program program : job.linked().programs()) {
        if (!program.compiled().cached()) {
          run(program.compiled().compile(), "compile");
        }
        run(program.ran().result(), "run");
      }
    }
  }

  /** A job was cancelled while it ran, or failed for a fault that is not its program's. */
  public void notDone(boolean cancelled) {
    ended(cancelled ? "cancelled" : "failed");
  }

  /** An end has been told, or not. */
  public void callback(String outcome) {
    count("stockade.callbacks", "Attempts at callbacks, by outcome.", "outcome", outcome);
  }

  private void ended(String state) {
    count("stockade.jobs.ended", "Jobs that ran, by how they ended.", "state", state);
  }

  private void run(@Nullable RunResult result, String stage) {
    if (result == null) {
      return;
    }
    stage(stage).record(Duration.ofNanos(result.usage().wallTimeNanos()));
    count("stockade.runs", "Runs in a sandbox, by verdict.", "verdict", result.verdict().name());
    String denied = result.evidence().deniedSyscall();
    if (denied != null) {
      count("stockade.denied.calls", "Hostile system calls that ended a run.", "call", denied);
    }
  }

  /**
   * A request has been answered.
   *
   * @param route a path of the contract, or {@code other}
   */
  public void answered(String method, String route, int status, Duration time) {
    Timer.builder("stockade.http.requests")
        .description("Requests by when they were answered.")
        .tag("method", method)
        .tag("route", route)
        .tag("status", String.valueOf(status))
        .serviceLevelObjectives(BUCKETS)
        .register(registry)
        .record(time);
  }

  private Timer stage(String stage) {
    return Timer.builder("stockade.job.stage")
        .description("Time that jobs took, by stage: queue, compile, run, total.")
        .tag("stage", stage)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private void count(String name, String description, String tag, String value) {
    Counter.builder(name).description(description).tag(tag, value).register(registry).increment();
  }

  /** All of it, as Prometheus reads it. */
  public String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
