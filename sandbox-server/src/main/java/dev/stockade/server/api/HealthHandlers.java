package dev.stockade.server.api;

import dev.stockade.server.job.Languages;
import dev.stockade.server.observe.Readiness;
import dev.stockade.server.worker.JobService;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Liveness and readiness. */
final class HealthHandlers {
  private final JobService jobs;
  private final Readiness readiness;
  private final Languages languages;

  HealthHandlers(JobService jobs, Readiness readiness, Languages languages) {
    this.jobs = jobs;
    this.readiness = readiness;
    this.languages = languages;
  }

  void live(RoutingContext context) {
    Json.send(context, 200, new JsonObject().put("status", "live"));
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
