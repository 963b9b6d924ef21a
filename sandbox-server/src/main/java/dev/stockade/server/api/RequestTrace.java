package dev.stockade.server.api;

import dev.stockade.server.access.Caller;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Traces;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Gives each request an id, the client's own if it sent one, and counts, logs and traces how it was
 * answered.
 */
final class RequestTrace implements Handler<RoutingContext> {
  static final String REQUEST_ID = "X-Request-Id";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern JOB = Pattern.compile("[0-9a-f]{32}");
  private static final String OTHER = "other";
  private static final String UPGRADED = "stockade.upgraded";
  private static final String JOBS = "stockade.accepted";
  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS);

  private final OpenAPIContract contract;
  private final Metrics metrics;
  private final ActivityLog log;
  private final Traces traces;

  RequestTrace(OpenAPIContract contract, Metrics metrics, ActivityLog log, Traces traces) {
    this.contract = contract;
    this.metrics = metrics;
    this.log = log;
    this.traces = traces;
  }

  /** Its own id when it could be one, else a new one. */
  static String idOf(HttpServerRequest request) {
    String sent = request.getHeader(REQUEST_ID);
    return sent != null && ID.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
  }

  @Override
  public void handle(RoutingContext context) {
    long start = System.nanoTime();
    Traces.Request span = traces.request(context.request());
    String id = idOf(context.request());
    context.response().putHeader(REQUEST_ID, id);
    context.addEndHandler(
        end ->
            answered(
                context,
                span,
                id,
                context.response().getStatusCode(),
                System.nanoTime() - start,
                end.failed()));
    Runnable upgraded = () -> answered(context, span, id, 101, System.nanoTime() - start, false);
    context.put(UPGRADED, upgraded);
    context.next();
  }

  /** The request has become a WebSocket, whose response never ends. */
  static void upgraded(RoutingContext context) {
    Runnable told = context.get(UPGRADED);
    told.run();
  }

  /** The request has brought these jobs, or was sent before and had brought them then. */
  static void brought(RoutingContext context, List<String> jobs) {
    context.put(JOBS, jobs);
  }

  /** Of ids in the path only what could be one of a job: the rest is what somebody made up. */
  private static List<String> jobsOf(RoutingContext context) {
    List<String> brought = context.get(JOBS);
    if (brought != null) {
      return brought;
    }
    String id = context.pathParam("id");
    return id != null && JOB.matcher(id).matches() ? List.of(id) : List.of();
  }

  private void answered(
      RoutingContext context,
      Traces.Request span,
      String id,
      int status,
      long nanos,
      boolean gone) {
    HttpMethod sent = context.request().method();
    String method = METHODS.contains(sent) ? sent.name() : OTHER;
    Path path = contract.findPath(context.normalizedPath());
    String route = path == null ? OTHER : path.getName();
    Caller caller = TokenGuard.callerOf(context);
    List<String> jobs = jobsOf(context);
    metrics.answered(method, route, status, Duration.ofNanos(nanos));
    span.answered(method, route, status, jobs);
    log.request(
        new JsonObject()
            .put("request", id)
            .put("token", caller == null ? null : caller.name())
            .put("method", method)
            .put("route", route)
            .put("jobs", new JsonArray(jobs))
            .put("status", status)
            .put("bytes", context.response().bytesWritten())
            .put("micros", nanos / 1000)
            .put("clientGone", gone));
  }
}
