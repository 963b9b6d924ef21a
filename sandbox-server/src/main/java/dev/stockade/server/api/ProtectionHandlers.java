package dev.stockade.server.api;

import dev.stockade.core.Explanation;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.JobError;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.HostReportJson;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/** What protects this host from a run, and what it gives for that. */
final class ProtectionHandlers {
  /** Explanations made at one time: each compiles a filter. */
  private static final int EXPLAINERS = 1;

  /** In place of the command, which the story does not depend on. */
  private static final List<String> COMMAND = List.of("/bin/true");

  private static final String LIMITS = "limits";
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,15}");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,9}(\\.[0-9]{1,9})?");

  private final PolicyCatalog policies;
  private final HostReports host;
  private final WorkerExecutor explainers;

  ProtectionHandlers(Vertx vertx, PolicyCatalog policies, HostReports host) {
    this.policies = policies;
    this.host = host;
    this.explainers = vertx.createSharedWorkerExecutor("stockade-explanations", EXPLAINERS);
  }

  /** Tells the story of a run under a policy, with the limits that its request asks for. */
  void explain(RoutingContext context) {
    Policy policy =
        policies
            .find(context.pathParam("name"))
            .orElseThrow(() -> new ProblemException(Problem.noSuchPolicy()));
    LimitOverrides asked = limits(context.queryParams(), policy);
    explainers
        .executeBlocking(() -> story(policy.with(policy.limits().with(asked))), false)
        .onSuccess(story -> Json.send(context, 200, story))
        .onFailure(context::fail);
  }

  /** Tells what {@code stockade doctor} would. */
  void host(RoutingContext context) {
    explainers
        .executeBlocking(() -> HostReportJson.of(host.report()), false)
        .onSuccess(report -> Json.send(context, 200, report))
        .onFailure(context::fail);
  }

  private JsonObject story(Policy policy) {
    try {
      return new JsonObject(Explanation.of(policy, COMMAND).protections(host.report()).tree());
    } catch (HostUnsupportedException e) {
      throw new ProblemException(Problem.ofJob(JobError.of(e), null));
    }
  }

  /** Reads limits as a job has them; in a query numbers are text as well. */
  private static LimitOverrides limits(MultiMap query, Policy policy) {
    JsonObject limits = new JsonObject();
    query.forEach(
        (name, text) -> {
          String limit = name.substring(LIMITS.length() + 1);
          if (limit.equals("pids") && WHOLE.matcher(text).matches()) {
            limits.put(limit, Long.valueOf(text));
          } else if (limit.equals("cpus") && DECIMAL.matcher(text).matches()) {
            limits.put(limit, Double.valueOf(text));
          } else {
            limits.put(limit, text);
          }
        });
    FieldErrors errors = new FieldErrors();
    LimitsParser parser = new LimitsParser(errors, LIMITS);
    LimitOverrides asked = parser.parse(limits);
    if (errors.isEmpty()) {
      parser.check(asked, policy);
    }
    errors.throwIfAny();
    return asked;
  }
}
