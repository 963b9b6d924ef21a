package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.ServerFixture.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.api.ServerFixture.Options;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.JsonLines;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Request ids, meters, and what is logged of a request and a job. */
class ObserveTest {
  private static final String MADE = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  @TempDir private Path folder;

  private static Answer send(ServerFixture server, HttpMethod method, String path, String id) {
    return await(
        server.begin(method, path, null, request -> request.putHeader("X-Request-Id", id)));
  }

  @Test
  void requestIdComesBack() {
    try (ServerFixture server = new ServerFixture()) {
      assertEquals(
          "a-B_c.9",
          send(server, HttpMethod.GET, "/livez", "a-B_c.9").headers().get("x-request-id"));
      assertEquals(
          "of-an-error",
          send(server, HttpMethod.GET, "/nowhere", "of-an-error").headers().get("x-request-id"));
      String first = server.get("/livez").headers().get("x-request-id");
      assertTrue(first.matches(MADE), first);
      assertFalse(first.equals(server.get("/livez").headers().get("x-request-id")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with blank", "\"quoted\"", "{json}", "a,b", "ü"})
  void whatIsNoRequestIdIsReplaced(String sent) {
    try (ServerFixture server = new ServerFixture()) {
      String id = send(server, HttpMethod.GET, "/livez", sent).headers().get("x-request-id");
      assertTrue(id.matches(MADE), id);
    }
  }

  @Test
  void requestIdIsNotTooLong() {
    try (ServerFixture server = new ServerFixture()) {
      String most = "x".repeat(64);
      assertEquals(
          most, send(server, HttpMethod.GET, "/livez", most).headers().get("x-request-id"));
      assertTrue(
          send(server, HttpMethod.GET, "/livez", most + "x")
              .headers()
              .get("x-request-id")
              .matches(MADE));
    }
  }

  @Test
  void whatIsNoHttpHasAnIdAsWell() throws IOException {
    try (ServerFixture server = new ServerFixture();
        RawClient client = new RawClient(server.port())) {
      String head = client.head("NONSENSE").readHead();
      assertTrue(head.toLowerCase(java.util.Locale.ROOT).contains("x-request-id: "), head);
    }
  }

  private static void assertHas(String meters, String line) {
    assertTrue(meters.lines().anyMatch(line::equals), () -> line + " is not among:\n" + meters);
  }

  @Test
  void jobsAreCounted() {
    try (ServerFixture server = new ServerFixture()) {
      server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
      server.post("/v1/jobs?wait=30s", command("flood")).job(200, "done");
      String source = "#error";
      server
          .post("/v1/jobs?wait=30s", new JsonObject().put("language", "cpp").put("source", source))
          .job(200, "done");
      String id = server.post("/v1/jobs", command("block")).json().getString("id");
      server.awaitStart();
      server.awaitStart();
      server.awaitStart();
      server.awaitStart();
      assertHas(meters(server), "stockade_jobs_running 1.0");
      server.delete("/v1/jobs/" + id);
      eventually("it is counted", () -> meters(server).contains("state=\"cancelled\""));
      eventually("it has ended", () -> meters(server).contains("stockade_jobs_running 0.0\n"));
      String meters = meters(server);
      assertHas(meters, "stockade_jobs_queued 0.0");
      assertHas(meters, "stockade_workers 2.0");
      assertHas(meters, "stockade_jobs_verdicts_total{verdict=\"OK\"} 1.0");
      assertHas(meters, "stockade_jobs_verdicts_total{verdict=\"OUTPUT_LIMIT\"} 1.0");
      assertHas(meters, "stockade_jobs_verdicts_total{verdict=\"COMPILE_ERROR\"} 1.0");
      assertHas(meters, "stockade_jobs_ended_total{state=\"done\"} 3.0");
      assertHas(meters, "stockade_jobs_ended_total{state=\"cancelled\"} 1.0");
      assertHas(meters, "stockade_compilations_total{cached=\"false\"} 1.0");
      assertHas(meters, "stockade_job_stage_seconds_count{stage=\"queue\"} 4");
      assertHas(meters, "stockade_job_stage_seconds_count{stage=\"compile\"} 1");
      assertHas(meters, "stockade_job_stage_seconds_count{stage=\"run\"} 2");
      assertHas(meters, "stockade_job_stage_seconds_count{stage=\"total\"} 3");
      assertTrue(meters.contains("jvm_memory_used_bytes{"));
    }
  }

  private static String meters(ServerFixture server) {
    Answer answer = server.get("/metrics");
    assertEquals(200, answer.status());
    return String.valueOf(answer.body());
  }

  /** The sum of a meter's values whose labels are not those of asking for meters. */
  private static double countOf(String meter, String meters) {
    return meters
        .lines()
        .filter(line -> line.startsWith(meter + "{") && !line.contains("/metrics"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** A client that makes up paths and methods does not make up meters. */
  @Test
  void labelsAreThoseOfTheContract() {
    try (ServerFixture server = new ServerFixture()) {
      server.get("/made/up");
      server.get("/v1/jobs/abcdef");
      await(server.begin(HttpMethod.valueOf("MADEUP"), "/livez", null));
      String count = "stockade_http_requests_seconds_count";
      eventually("all three are counted", () -> countOf(count, meters(server)) >= 3);
      String meters = meters(server);
      assertHas(meters, count + "{method=\"GET\",route=\"other\",status=\"404\"} 1");
      assertHas(meters, count + "{method=\"GET\",route=\"/v1/jobs/{id}\",status=\"404\"} 1");
      assertHas(meters, count + "{method=\"other\",route=\"/livez\",status=\"405\"} 1");
      assertFalse(meters.toLowerCase(java.util.Locale.ROOT).contains("made"), meters);
      assertFalse(meters.contains("abcdef"), meters);
    }
  }

  /** Keeps what is logged of requests and jobs, as it would be written. */
  private static final class Kept extends Handler {
    private static final List<Logger> LOGGERS =
        List.of(Logger.getLogger("stockade.request"), Logger.getLogger("stockade.job"));
    final List<String> lines = new CopyOnWriteArrayList<>();

    Kept() {
      LOGGERS.forEach(logger -> logger.addHandler(this));
    }

    @Override
    public void publish(LogRecord entry) {
      lines.add(new JsonLines().format(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      LOGGERS.forEach(logger -> logger.removeHandler(this));
    }
  }

  @Test
  void eachRequestAndEachJobIsALineWithoutSecrets() {
    TokenFile tokens = new TokenFile(folder.resolve("tokens"));
    String token = tokens.create("judge", Role.ADMIN, TokenLimits.NONE, InstantSource.system());
    Kept kept = new Kept();
    try (ServerFixture server =
        new ServerFixture(Options.defaults().withTokens(tokens.path()), ActivityLog.on())) {
      JsonObject body = command("cat", "secret-argument").put("stdin", "secret-input");
      Answer answer =
          await(
              server.begin(
                  HttpMethod.POST,
                  "/v1/jobs?wait=30s",
                  body.toBuffer(),
                  request ->
                      request
                          .putHeader("Authorization", "Bearer " + token)
                          .putHeader("X-Request-Id", "r1")));
      String id = answer.job(200, "done").getString("id");
      await(
          server.begin(
              HttpMethod.GET,
              "/v1/jobs/secret%0apath?secret=query",
              null,
              request -> request.putHeader("Authorization", "Bearer secret-wrong-token")));
      eventually("all is logged", () -> kept.lines.size() == 3);
      JsonObject job = lineOf(kept, "stockade.job");
      assertEquals("INFO", job.getString("level"));
      assertEquals(id, job.getString("job"));
      assertEquals("done", job.getString("state"));
      assertEquals("OK", job.getString("verdict"));
      assertEquals("default", job.getString("policy"));
      JsonObject request =
          linesOf(kept, "stockade.request")
              .filter(line -> "r1".equals(line.getString("request")))
              .findFirst()
              .orElseThrow();
      assertEquals("judge", request.getString("token"));
      assertEquals(new JsonArray().add(id), request.getJsonArray("jobs"));
      assertEquals("POST", request.getString("method"));
      assertEquals("/v1/jobs", request.getString("route"));
      assertEquals(200, request.getInteger("status"));
      assertEquals(false, request.getBoolean("clientGone"));
      assertEquals(
          Set.of(
              "time",
              "level",
              "logger",
              "message",
              "request",
              "token",
              "method",
              "route",
              "jobs",
              "status",
              "bytes",
              "micros",
              "clientGone"),
          request.fieldNames());
      kept.lines.forEach(
          line -> {
            assertFalse(line.contains("secret"), line);
            assertFalse(line.contains(token), line);
            assertEquals(line.length() - 1, line.indexOf('\n'), "one line");
          });
    } finally {
      kept.close();
    }
  }

  @Test
  void lineOfARequestNamesTheJobsThatItBrought() {
    Kept kept = new Kept();
    try (ServerFixture server = new ServerFixture(Options.defaults(), ActivityLog.on())) {
      JsonArray two = new JsonArray().add(command("cat")).add(command("cat"));
      JsonArray accepted =
          server
              .post("/v1/jobs/batch", new JsonObject().put("jobs", two))
              .json()
              .getJsonArray("jobs");
      JsonArray ids = new JsonArray();
      accepted.forEach(one -> ids.add(((JsonObject) one).getString("id")));
      assertEquals(2, ids.size());
      eventually("all is logged", () -> kept.lines.size() == 3);
      assertEquals(ids, lineOf(kept, "stockade.request").getJsonArray("jobs"));
    } finally {
      kept.close();
    }
  }

  private static JsonObject lineOf(Kept kept, String logger) {
    return linesOf(kept, logger).findFirst().orElseThrow();
  }

  private static Stream<JsonObject> linesOf(Kept kept, String logger) {
    return kept.lines.stream()
        .map(JsonObject::new)
        .filter(line -> line.getString("logger").equals(logger));
  }

  @Test
  void stackTraceIsPartOfTheLine() {
    LogRecord entry = new LogRecord(java.util.logging.Level.WARNING, "it \"broke\"\nbadly");
    entry.setLoggerName("x");
    entry.setThrown(new IllegalStateException("why"));
    String line = new JsonLines().format(entry);
    assertEquals(line.length() - 1, line.indexOf('\n'));
    JsonObject json = new JsonObject(line);
    assertEquals("it \"broke\"\nbadly", json.getString("message"));
    assertTrue(
        json.getString("error").startsWith("java.lang.IllegalStateException: why\n\tat "), line);
  }
}
