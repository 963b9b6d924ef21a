package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.EdgeConfig;
import dev.stockade.server.ServerConfig;
import dev.stockade.server.StockadeServer;
import dev.stockade.server.files.FileLimits;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Traces;
import dev.stockade.server.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A real server on a free loopback port, with {@link TestRunner} in place of the sandbox, and a
 * client that holds every answer against the contract.
 */
final class ServerFixture implements AutoCloseable {
  static final int WORKERS = 2;
  static final int QUEUE = 2;

  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger LOG = Logger.getLogger("dev.stockade.server");

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final PolicyCatalog POLICIES = PolicyCatalog.shipped();

  final TestRunner runner;
  final StockadeServer server;
  private final Vertx vertx = Vertx.vertx();
  private final WebClient client;
  private final Contract contract;
  private final ResponseValidator validator;

  static {
    // The failures are the tests' own.
    LOG.setLevel(Level.OFF);
  }

  ServerFixture() {
    this(Options.defaults());
  }

  ServerFixture(Options options) {
    this(options, new TestRunner());
  }

  /** A server that logs requests and jobs. */
  ServerFixture(Options options, ActivityLog log) {
    this(options, new TestRunner(), log);
  }

  private ServerFixture(Options options, TestRunner runner, ActivityLog log) {
    this(
        options,
        runner,
        new StockadeServer.Services(
            runner,
            TestLanguage.ALL,
            POLICIES,
            () -> null,
            Stores::inMemory,
            new Metrics(),
            log,
            Traces.OFF));
  }

  private ServerFixture(Options options, TestRunner runner) {
    this(
        options,
        runner,
        new StockadeServer.Services(runner, TestLanguage.ALL, POLICIES, () -> null));
  }

  /** A server that runs jobs some other way. */
  ServerFixture(StockadeServer.Services services) {
    this(Options.defaults(), services);
  }

  ServerFixture(Options options, StockadeServer.Services services) {
    this(options, new TestRunner(), services);
  }

  /** A server that is changed as well. */
  ServerFixture(Options options, TestRunner runner, StockadeServer.Services services) {
    this.runner = runner;
    runner.sandboxBroken = options.sandboxBroken();
    server = StockadeServer.start(options.config(), services);
    client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(server.port())
                .setSsl(options.edge().tls().isPresent())
                .setTrustAll(true)
                .setVerifyHost(false),
            new PoolOptions().setHttp1MaxSize(64));
    contract = await(Contract.load(vertx));
    validator = ResponseValidator.create(vertx, contract.openApi());
  }

  /** What a test changes about the server. */
  record Options(
      Optional<Path> tokens,
      int queue,
      ByteSize maxBody,
      ByteSize maxHeldInput,
      Duration bodyTime,
      Duration drainTime,
      int finishedJobs,
      boolean sandboxBroken,
      FileLimits files,
      EdgeConfig edge) {
    static Options defaults() {
      return new Options(
          Optional.empty(),
          QUEUE,
          ByteSize.ofMebibytes(16),
          ByteSize.ofMebibytes(64),
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          100,
          false,
          FileLimits.defaults(),
          EdgeConfig.PLAIN);
    }

    Options withTokens(Path file) {
      return new Options(
          Optional.of(file),
          queue,
          maxBody,
          maxHeldInput,
          bodyTime,
          drainTime,
          finishedJobs,
          sandboxBroken,
          files,
          edge);
    }

    Options withQueue(int jobs) {
      return new Options(
          tokens,
          jobs,
          maxBody,
          maxHeldInput,
          bodyTime,
          drainTime,
          finishedJobs,
          sandboxBroken,
          files,
          edge);
    }

    Options withEdge(EdgeConfig other) {
      return new Options(
          tokens,
          queue,
          maxBody,
          maxHeldInput,
          bodyTime,
          drainTime,
          finishedJobs,
          sandboxBroken,
          files,
          other);
    }

    Options withBodies(ByteSize most, ByteSize held, Duration time) {
      return new Options(
          tokens, queue, most, held, time, drainTime, finishedJobs, sandboxBroken, files, edge);
    }

    Options withDrainTime(Duration time) {
      return new Options(
          tokens,
          queue,
          maxBody,
          maxHeldInput,
          bodyTime,
          time,
          finishedJobs,
          sandboxBroken,
          files,
          edge);
    }

    Options withFinishedJobs(int jobs) {
      return new Options(
          tokens,
          queue,
          maxBody,
          maxHeldInput,
          bodyTime,
          drainTime,
          jobs,
          sandboxBroken,
          files,
          edge);
    }

    Options withBrokenSandbox() {
      return new Options(
          tokens,
          queue,
          maxBody,
          maxHeldInput,
          bodyTime,
          drainTime,
          finishedJobs,
          true,
          files,
          edge);
    }

    Options withFiles(FileLimits limits) {
      return new Options(
          tokens,
          queue,
          maxBody,
          maxHeldInput,
          bodyTime,
          drainTime,
          finishedJobs,
          sandboxBroken,
          limits,
          edge);
    }

    ServerConfig config() {
      return new ServerConfig(
          "127.0.0.1",
          0,
          tokens,
          WORKERS,
          queue,
          maxBody,
          maxHeldInput,
          bodyTime,
          Duration.ofSeconds(60),
          drainTime,
          finishedJobs,
          Duration.ofHours(1),
          ByteSize.ofMebibytes(64),
          ByteSize.ofBytes(0),
          files,
          edge);
    }
  }

  int port() {
    return server.port();
  }

  Contract contract() {
    return contract;
  }

  /** An answer that the contract allows. */
  record Answer(int status, Map<String, String> headers, @Nullable Buffer body) {
    JsonObject json() {
      assertNotNull(body);
      return body.toJsonObject();
    }

    /** The answer, which must be a problem of this status. */
    JsonObject problem(int expected) {
      assertEquals(expected, status, () -> String.valueOf(body));
      assertEquals(Problem.CONTENT_TYPE, headers.get("content-type"));
      assertEquals(expected, json().getInteger("status"));
      return json();
    }

    /** The answer, which must be a finished or unfinished job of this state. */
    JsonObject job(int expected, String state) {
      assertEquals(expected, status, () -> String.valueOf(body));
      assertEquals(state, json().getString("state"));
      return json();
    }
  }

  Answer get(String path) {
    return await(begin(HttpMethod.GET, path, null));
  }

  Answer delete(String path) {
    return await(begin(HttpMethod.DELETE, path, null));
  }

  /** A request with one header more; a POST brings a job. */
  Answer send(HttpMethod method, String path, String header, String value) {
    return await(
        begin(
            method,
            path,
            HttpMethod.POST.equals(method) ? command("cat").toBuffer() : null,
            request -> request.putHeader(header, value)));
  }

  Answer post(String path, JsonObject body) {
    return await(begin(HttpMethod.POST, path, body.toBuffer()));
  }

  Answer post(String path, String body) {
    return await(begin(HttpMethod.POST, path, Buffer.buffer(body)));
  }

  Answer post(String path, Buffer body) {
    return await(begin(HttpMethod.POST, path, body));
  }

  /** Sends a job and waits until it is done, however long that takes. */
  JsonObject done(JsonObject job) {
    Answer answer = post("/v1/jobs?wait=60s", job);
    return answer.status() == 202
        ? ended(answer.headers().get("location")).job(200, "done")
        : answer.job(200, "done");
  }

  /** Sends a job of which nothing comes but a problem, and waits for that, however long. */
  JsonObject refused(int status, JsonObject job) {
    Answer answer = post("/v1/jobs?wait=60s", job);
    if (answer.status() != 202) {
      return answer.problem(status);
    }
    JsonObject problem =
        ended(answer.headers().get("location")).job(200, "failed").getJsonObject("error");
    assertEquals(status, problem.getInteger("status"));
    return problem;
  }

  /** Waits for a job, however long that takes. */
  private Answer ended(String place) {
    Answer answer = get(place + "?wait=60s");
    while (List.of("queued", "running").contains(answer.json().getString("state"))) {
      answer = get(place + "?wait=60s");
    }
    return answer;
  }

  /**
   * Cancels a job whose programs are real, and waits until they are gone, however long it takes.
   */
  JsonObject cancelled(String place) {
    int status = delete(place).status();
    assertTrue(List.of(200, 202).contains(status), () -> "status " + status);
    return ended(place).job(200, "cancelled");
  }

  Future<Answer> begin(HttpMethod method, String path, @Nullable Buffer body) {
    return begin(method, path, body, request -> request);
  }

  Future<Answer> begin(
      HttpMethod method,
      String path,
      @Nullable Buffer body,
      UnaryOperator<HttpRequest<Buffer>> change) {
    HttpRequest<Buffer> request = change.apply(client.request(method, path));
    Future<HttpResponse<Buffer>> sent = body == null ? request.send() : request.sendBuffer(body);
    return sent.compose(response -> checked(method, path, response));
  }

  /** Checks an answer against the contract, if the contract knows the path and method. */
  private Future<Answer> checked(HttpMethod method, String path, HttpResponse<Buffer> response) {
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .forEach(
            header ->
                headers.put(header.getKey().toLowerCase(java.util.Locale.ROOT), header.getValue()));
    Answer answer = new Answer(response.statusCode(), headers, response.body());
    Operation operation = contract.openApi().findOperation(path.replaceFirst("\\?.*", ""), method);
    // What answers HEAD has the headers of a body that does not come.
    if (operation == null || method.equals(HttpMethod.HEAD)) {
      return Future.succeededFuture(answer);
    }
    Map<String, String> exact = new HashMap<>();
    response.headers().forEach(header -> exact.put(header.getKey(), header.getValue()));
    ValidatableResponse validatable =
        ValidatableResponse.create(
            response.statusCode(),
            exact,
            response.body(),
            Contract.mediaTypeForValidation(
                String.valueOf(response.getHeader("Content-Type")).replaceFirst(";.*", "")));
    return validator.validate(validatable, operation.getOperationId()).map(valid -> answer);
  }

  static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return fail(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      return fail(e);
    }
  }

  /** Waits until a worker has begun a job. */
  void awaitStart() {
    try {
      assertNotNull(runner.started.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "no job started");
    } catch (InterruptedException e) {
      fail(e);
    }
  }

  /** Waits until something holds. */
  static void eventually(String what, java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, () -> "never: " + what);
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        fail(e);
      }
    }
  }

  /** A job with this command. */
  static JsonObject command(String... command) {
    return new JsonObject()
        .put("command", new io.vertx.core.json.JsonArray(java.util.List.of(command)));
  }

  @Override
  public void close() {
    runner.released.release(1000);
    server.close();
    await(vertx.close());
  }
}
