package dev.stockade.server.api;

import dev.stockade.core.Sandbox;
import dev.stockade.server.access.Callers;
import dev.stockade.server.callback.CallbackTargets;
import dev.stockade.server.files.FileStore;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Readiness;
import dev.stockade.server.observe.Traces;
import dev.stockade.server.page.PageHandler;
import dev.stockade.server.worker.JobService;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Everything that the HTTP interface needs, shared by all event loops. */
public final class HttpApi {
  /** Between two signs of life of a stream of events. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final Contract contract;
  private final Parts parts;
  private final ByteBudget budget;
  private final HostReports host = new HostReports(Sandbox::host);
  private final PageHandler page = new PageHandler();
  private final Semaphore sessions = new Semaphore(SessionHandlers.MOST_OPEN);

  /**
   * What answers requests.
   *
   * @param callers who may use the server; empty: whoever can connect
   * @param allowedOrigins whose web pages may use it, besides its own
   * @param callbacks who may be told of jobs' ends
   * @param tls whether it is reached by HTTPS
   */
  public record Parts(
      JobService jobs,
      FileStore files,
      Languages languages,
      PolicyCatalog policies,
      Readiness readiness,
      Metrics metrics,
      ActivityLog log,
      Traces traces,
      Bounds bounds,
      Optional<Callers> callers,
      Set<String> allowedOrigins,
      CallbackTargets callbacks,
      boolean tls) {}

  private HttpApi(Contract contract, Parts parts) {
    this.contract = contract;
    this.parts = parts;
    this.budget = new ByteBudget(parts.bounds().maxHeldInput().bytes());
  }

  /** Loads the contract. */
  public static Future<HttpApi> create(Vertx vertx, Parts parts) {
    return Contract.load(vertx).map(contract -> new HttpApi(contract, parts));
  }

  /**
   * Makes the handler of all requests, for one event loop, whose connections {@code heads} watches.
   */
  public Handler<HttpServerRequest> handler(Vertx vertx, HeadDeadlines heads) {
    BodyReader bodies = new BodyReader(vertx, parts.bounds(), budget);
    JobParser parser =
        new JobParser(parts.languages(), parts.policies(), parts.files(), parts.callbacks());
    JobSchema one = new JobSchema(contract.openApi(), JobSchema.ONE);
    JobSchema batch = new JobSchema(contract.openApi(), JobSchema.BATCH);
    RequestReader reader =
        new RequestReader(
            vertx,
            bodies,
            parts.languages(),
            parser,
            parts.files(),
            one,
            batch,
            parts.bounds().maxWait());
    RouterBuilder builder = RouterBuilder.create(vertx, contract.openApi(), reader);
    builder.rootHandler(heads);
    builder.rootHandler(
        new RequestTrace(contract.openApi(), parts.metrics(), parts.log(), parts.traces()));
    builder.rootHandler(new OriginGuard(parts.allowedOrigins(), parts.tls(), contract.openApi()));
    builder.rootHandler(new TokenGuard(parts.callers()));
    JobHandlers jobs = new JobHandlers(vertx, parts.jobs(), !parts.callbacks().isEmpty());
    addOperations(builder, reader, vertx, jobs);
    addSessions(builder, reader, vertx, jobs, parser, heads);
    builder.getRoutes().forEach(route -> route.setDoSecurity(false)); // TokenGuard does it
    Router router = builder.createRouter();
    page.addTo(router);
    addFailures(router);
    return router;
  }

  /** Handles what is no HTTP request at all. */
  public static void refuseMalformed(HttpServerRequest request) {
    ProblemWriter.refuseMalformed(request);
  }

  private void addOperations(
      RouterBuilder builder, RequestReader reader, Vertx vertx, JobHandlers jobs) {
    OpenAPIRoute create = builder.getRoute(JobSchema.ONE);
    create
        .setDoValidation(false)
        .addHandler(context -> reader.readJob(context, create.getOperation()))
        .addHandler(jobs::create);
    OpenAPIRoute batch = builder.getRoute(JobSchema.BATCH);
    batch
        .setDoValidation(false)
        .addHandler(context -> reader.readBatch(context, batch.getOperation()))
        .addHandler(jobs::createAll);
    OpenAPIRoute list = builder.getRoute("listJobs");
    list.setDoValidation(false)
        .addHandler(context -> reader.readQueryOnly(context, list.getOperation()))
        .addHandler(jobs::list);
    add(builder, "getJob", jobs::get);
    add(builder, "cancelJob", jobs::cancel);
    EventHandlers events = new EventHandlers(vertx, HEARTBEAT);
    add(builder, "watchJob", context -> jobs.withJob(context, job -> events.events(context, job)));
    addFiles(builder, reader, vertx);
    CatalogHandlers catalog =
        new CatalogHandlers(parts.languages(), parts.policies(), contract.document());
    add(builder, "listLanguages", catalog::languages);
    add(builder, "listPolicies", catalog::policies);
    add(builder, "contract", catalog::contract);
    ProtectionHandlers protection = new ProtectionHandlers(vertx, parts.policies(), host);
    add(builder, "describeHost", protection::host);
    OpenAPIRoute explain = builder.getRoute("explainPolicy");
    explain
        .setDoValidation(false)
        .addHandler(context -> reader.readQueryOnly(context, explain.getOperation()))
        .addHandler(protection::explain);
    HealthHandlers health =
        new HealthHandlers(parts.jobs(), parts.readiness(), parts.languages(), parts.metrics());
    add(builder, "metrics", health::metrics);
    add(builder, "live", health::live);
    add(builder, "ready", health::ready);
  }

  private void addSessions(
      RouterBuilder builder,
      RequestReader reader,
      Vertx vertx,
      JobHandlers jobs,
      JobParser parser,
      HeadDeadlines heads) {
    SessionHandlers handlers =
        new SessionHandlers(
            vertx,
            jobs,
            new SessionParser(parser),
            parts.languages(),
            parts.files(),
            new SessionSchemas(contract.openApi()),
            budget,
            parts.bounds(),
            sessions,
            heads);
    OpenAPIRoute open = builder.getRoute("openSession");
    open.setDoValidation(false)
        .addHandler(context -> reader.readQueryOnly(context, open.getOperation()))
        .addHandler(handlers::open);
  }

  private void addFiles(RouterBuilder builder, RequestReader reader, Vertx vertx) {
    FileHandlers files = new FileHandlers(vertx, parts.files(), parts.bounds().bodyTime());
    OpenAPIRoute put = builder.getRoute("putFile");
    put.setDoValidation(false)
        .addHandler(context -> reader.readQueryOnly(context, put.getOperation()))
        .addHandler(files::put);
    add(builder, "getFile", files::get);
    add(builder, "headFile", files::head);
    add(builder, "deleteFile", files::delete);
  }

  private static void add(
      RouterBuilder builder, String operation, Handler<RoutingContext> handler) {
    builder.getRoute(operation).addHandler(handler);
  }

  private void addFailures(Router router) {
    ProblemWriter problems = new ProblemWriter(contract.openApi());
    router.route().failureHandler(problems::handle);
    // no route matched, or the query could not be decoded
    router.errorHandler(404, problems::handle);
    router.errorHandler(405, problems::handle);
    router.errorHandler(400, problems::handle);
  }
}
