package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.ServerFixture.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.StockadeServer;
import dev.stockade.server.api.GeneratedRequests.BodyKind;
import dev.stockade.server.api.GeneratedRequests.Generated;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.api.ServerFixture.Options;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobCancellation;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.worker.JobContext;
import dev.stockade.server.worker.JobRunner;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Validator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand bodies, and requests without one, made from the document that the server serves:
 * each is done or refused as the document says, never answered with a fault and never not at all,
 * and nothing runs but what was accepted. A seed decides: {@code -Dstockade.seed=N}.
 */
class GeneratedRequestsTest {
  private static final int BODIES = 10_000;
  private static final int AT_ONE_TIME = 32;
  private static final long SEED = Long.getLong("stockade.seed", new Random().nextLong());

  /** Runs nothing, and remembers what it was asked to run. */
  private static final class Recorder implements JobRunner {
    private final Set<String> ran = ConcurrentHashMap.newKeySet();
    private final Set<String> ranTwice = ConcurrentHashMap.newKeySet();
    private final FinishedJob ended =
        new TestRunner()
            .run(
                new CommandJob(
                    List.of("cat".getBytes(StandardCharsets.UTF_8)), "default", JobInput.NONE),
                JobContext.alone(new JobCancellation()));
    private final String firstTry = JobContext.alone(new JobCancellation()).job();

    @Override
    public FinishedJob run(JobRequest request, JobContext context) {
      if (!context.job().equals(firstTry) && !ran.add(context.job())) {
        ranTwice.add(context.job());
      }
      return ended;
    }
  }

  private final Recorder runner = new Recorder();
  private final Set<String> accepted = new HashSet<>();
  private final Set<String> cancelled = new HashSet<>();
  private final Map<String, Integer> seen = new TreeMap<>();
  private String lastAccepted = "0";
  private int bodies;

  @Test
  void everyRequestIsDoneOrRefusedAndNothingElseRuns() {
    StockadeServer.Services services =
        new StockadeServer.Services(runner, TestLanguage.ALL, PolicyCatalog.shipped(), () -> null);
    try (ServerFixture server = new ServerFixture(Options.defaults().withQueue(10_000), services)) {
      GeneratedRequests requests =
          new GeneratedRequests(Objects.requireNonNull(server.get("/openapi.yaml").body()), SEED);
      Map<String, Validator> schemas =
          Map.of(
              "/v1/jobs", validator(server, JobSchema.ONE),
              "/v1/jobs/batch", validator(server, JobSchema.BATCH));
      // It says with 503 that it is not: one of the requests may ask.
      eventually("ready", () -> server.get("/readyz").status() == 200);
      for (int number = 0; bodies < BODIES; number += AT_ONE_TIME) {
        send(server, requests, number, schemas);
      }
      eventually("all that was accepted has run", () -> server.server.queuedJobs() == 0);
      eventually(
          "what was accepted and not cancelled has run",
          () -> runner.ran.containsAll(notCancelled()));
      assertTrue(accepted.containsAll(runner.ran), "nothing that was refused has run");
      assertEquals(Set.of(), runner.ranTwice);
      server.post("/v1/jobs?wait=60s", command("cat")).job(200, "done");
      assertEquals(200, server.get("/readyz").status());
    }
    System.out.println(bodies + " bodies, " + "-Dstockade.seed=" + SEED + ": " + seen);
    assertTrue(accepted.size() > BODIES / 100, () -> "too few are right: " + seen);
  }

  private Set<String> notCancelled() {
    Set<String> left = new HashSet<>(accepted);
    left.removeAll(cancelled);
    return left;
  }

  private static Validator validator(ServerFixture server, String operation) {
    return server
        .contract()
        .openApi()
        .getSchemaRepository()
        .validator(
            server
                .contract()
                .openApi()
                .operation(operation)
                .getRequestBody()
                .determineContentType("application/json")
                .getSchema());
  }

  /** Sends some at one time, then looks at their answers. */
  private void send(
      ServerFixture server, GeneratedRequests all, int first, Map<String, Validator> schemas) {
    List<Generated> requests = new ArrayList<>();
    List<Future<Answer>> answers = new ArrayList<>();
    for (int number = first; number < first + AT_ONE_TIME; number++) {
      Generated request = all.request(number);
      requests.add(request);
      answers.add(
          server.begin(
              request.method(),
              request.path().replace(SchemaValues.ACCEPTED_ID, lastAccepted),
              request.body(),
              raw -> {
                request.headers().forEach(raw::putHeader);
                return raw;
              }));
    }
    for (int i = 0; i < AT_ONE_TIME; i++) {
      Generated request = requests.get(i);
      String what = "request " + (first + i) + " of " + "-Dstockade.seed=" + SEED + ": " + request;
      try {
        check(request, await(answers.get(i)), schemas);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            what.substring(0, Math.min(2000, what.length())) + " -- " + e.getMessage(), e);
      }
    }
  }

  private void check(Generated request, Answer answer, Map<String, Validator> schemas) {
    int status = answer.status();
    seen.merge(request.kind() + " " + status, 1, Integer::sum);
    if (request.kind() != BodyKind.NONE) {
      bodies++;
    }
    boolean refused = status >= 400;
    assertTrue(status >= 200 && status < 500, () -> status + ": " + answer.body());
    assertNotEquals(429, status, "there is room for all");
    if (refused && answer.body() != null) {
      answer.problem(status);
    }
    if (status == 400 && answer.body() != null) {
      JsonObject problem = answer.json();
      String field = problem.getString("field");
      assertFalse(field.isEmpty());
      assertEquals(field, problem.getJsonArray("errors").getJsonObject(0).getString("field"));
    }
    if (request.kind() == BodyKind.NOT_JSON) {
      assertEquals(400, status);
    }
    Validator schema = schemas.get(request.path().replaceFirst("\\?.*", ""));
    if (schema != null && request.kind() == BodyKind.JSON && !refused) {
      assertTrue(schema.validate(request.json()).getValid(), "the document refuses it");
    }
    if (!refused && answer.body() != null && request.operation().contains("/v1/jobs")) {
      remember(request, answer);
    }
  }

  private void remember(Generated request, Answer answer) {
    switch (request.operation()) {
      case "POST /v1/jobs" -> {
        lastAccepted = answer.json().getString("id");
        accepted.add(lastAccepted);
      }
      case "POST /v1/jobs/batch" ->
          answer
              .json()
              .getJsonArray("jobs")
              .forEach(job -> accepted.add(((JsonObject) job).getString("id")));
      default -> {
        if (request.operation().startsWith("DELETE ")) {
          cancelled.add(answer.json().getString("id"));
        }
      }
    }
  }
}
