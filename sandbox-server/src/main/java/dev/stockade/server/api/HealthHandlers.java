package dev.stockade.server.api;

import dev.stockade.server.observe.Readiness;
import dev.stockade.server.worker.JobService;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Liveness and readiness. */
final class HealthHandlers {
  private final JobService jobs;
  private final Readiness readiness;

  HealthHandlers(JobService jobs, Readiness readiness) {
    this.jobs = jobs;
    this.readiness = readiness;
  }

  void live(RoutingContext context) {
    Json.send(context, 200, new JsonObject().put("status", "live"));
  }

  void ready(RoutingContext context) {
    String whyNot = readiness.whyNot();
    if (jobs.isDraining()) {
      throw new ProblemException(Problem.draining());
    }
    if (whyNot != null) {
      throw new ProblemException(Problem.notReady(whyNot));
    }
    Json.send(context, 200, new JsonObject().put("status", "ready"));
  }
}
