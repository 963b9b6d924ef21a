package dev.stockade.server.api;

import dev.stockade.server.job.Languages;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Readiness;
import dev.stockade.server.worker.JobService;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Liveness, readiness, and what has been counted. */
final class HealthHandlers {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final JobService jobs;
  private final Readiness readiness;
  private final Languages languages;
  private final Metrics metrics;

  HealthHandlers(JobService jobs, Readiness readiness, Languages languages, Metrics metrics) {
    this.jobs = jobs;
    this.readiness = readiness;
    this.languages = languages;
    this.metrics = metrics;
  }

  void live(RoutingContext context) {
    Json.send(context, 200, new JsonObject().put("status", "live"));
  }

  /** Off the event loop: it looks at every meter there is. */
  void metrics(RoutingContext context) {
    context
        .vertx()
        .executeBlocking(metrics::text, false)
        .onSuccess(
            text ->
                context
                    .response()
                    .putHeader("Content-Type", METRICS_TYPE)
                    .putHeader("Cache-Control", "no-store")
                    .end(text))
        .onFailure(context::fail);
  }

  /**
   * Ready is who has run a real job, also while languages are looked for: their jobs wait for that.
   * A search that failed throws.
   */
  void ready(RoutingContext context) {
    String whyNot = readiness.whyNot();
    if (jobs.isDraining()) {
      throw new ProblemException(Problem.draining());
    }
    if (whyNot != null) {
      throw new ProblemException(Problem.notReady(whyNot));
    }
    if (languages.whenSearched().toCompletableFuture().isDone()) {
      languages.all();
    }
    Json.send(context, 200, new JsonObject().put("status", "ready"));
  }
}
