package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.job.LanguageJob;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of jobs over HTTP, when nothing is wrong with the request. */
class JobsTest {
  private final ServerFixture server = new ServerFixture();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void commandIsRunAndItsResultComesBack() {
    JsonObject job =
        server.post("/v1/jobs?wait=30s", command("cat").put("stdin", "grüße")).job(200, "done");

    assertEquals(new JsonArray(List.of("cat")), job.getJsonArray("command"));
    assertEquals("default", job.getString("policy"));
    assertNull(job.getValue("language"));
    assertNull(job.getValue("compile"));
    assertNull(job.getValue("error"));
    assertNotNull(job.getString("finishedAt"));
    JsonObject result = job.getJsonObject("result");
    assertEquals("OK", result.getString("verdict"));
    assertEquals("grüße", result.getString("stdout"));
    assertEquals(7, result.getInteger("stdoutBytes"));
    assertNull(result.getJsonObject("usage").getValue("memoryPeakBytes"));
  }

  @Test
  void issueCurlLineWorksWithCurlsOwnContentType() {
    Buffer body =
        Buffer.buffer(
            "{\"language\":\"python\",\"source\":\"print(input()[::-1])\",\"stdin\":\"stressed\"}");
    Answer answer =
        await(
            server.begin(
                HttpMethod.POST,
                "/v1/jobs?wait=30s",
                body,
                request -> request.putHeader("Content-Type", "application/x-www-form-urlencoded")));
    JsonObject job = answer.job(200, "done");
    assertEquals("python", job.getString("language"));
    assertEquals("stressed", job.getJsonObject("result").getString("stdout"));
  }

  @Test
  void contentTypeWithCharsetIsTaken() {
    Answer answer =
        await(
            server.begin(
                HttpMethod.POST,
                "/v1/jobs?wait=30s",
                command("cat").toBuffer(),
                request ->
                    request.putHeader("Content-Type", "Application/JSON; charset=\"UTF-8\"")));
    answer.job(200, "done");
  }

  @Test
  void compilationComesBackApartFromTheRun() {
    JsonObject job =
        server
            .post(
                "/v1/jobs?wait=30s",
                new JsonObject().put("language", "cpp").put("source", "int main() {}"))
            .job(200, "done");
    assertEquals("OK", job.getJsonObject("compile").getString("verdict"));
    assertEquals(false, job.getJsonObject("compile").getBoolean("cached"));
    assertEquals("OK", job.getJsonObject("result").getString("verdict"));
  }

  @Test
  void sourceThatDoesNotCompileIsDoneWithoutResult() {
    JsonObject job =
        server
            .post(
                "/v1/jobs?wait=30s",
                new JsonObject().put("language", "cpp").put("source", "#error"))
            .job(200, "done");
    assertEquals("NONZERO_EXIT", job.getJsonObject("compile").getString("verdict"));
    assertEquals("1: #error", job.getJsonObject("compile").getString("stderr"));
    assertNull(job.getValue("result"));
    assertNull(job.getValue("error"));
  }

  @Test
  void everyByteArrivesAndComesBack() {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    JsonObject base64 = new JsonObject().put("base64", Base64.getEncoder().encodeToString(all));
    JsonObject body =
        command("cat")
            .put("stdin", base64)
            .put("files", new JsonObject().put("d/bin", base64).put("text", "\u0000ä"))
            .put("outputFiles", new JsonArray(List.of("d/bin", "text")));
    JsonObject result =
        server.post("/v1/jobs?wait=30s", body).job(200, "done").getJsonObject("result");
    assertEquals("base64", result.getString("stdoutEncoding"));
    assertEquals(base64.getString("base64"), result.getString("stdout"));
    assertEquals(base64, result.getJsonObject("files").getJsonObject("d/bin"));
    assertEquals(
        new JsonObject().put("content", "\u0000ä"),
        result.getJsonObject("files").getJsonObject("text"));
  }

  @Test
  void argumentsArriveByteExact() {
    String[] command = {"echo", "a b", "", "$(id)", "'\"\\\n", "ä"};
    JsonObject job = server.post("/v1/jobs?wait=30s", command(command)).job(200, "done");
    assertEquals("[a b][][$(id)]['\"\\\n][ä]", job.getJsonObject("result").getString("stdout"));
    assertEquals(new JsonArray(List.of(command)), job.getJsonArray("command"));
  }

  @Test
  void fileNamedByMainIsTheSource() throws InterruptedException {
    JsonObject files = new JsonObject().put("main.py", "import util").put("util.py", "x = 1");
    server
        .post(
            "/v1/jobs?wait=30s",
            new JsonObject().put("language", "python").put("files", files).put("main", "main.py"))
        .job(200, "done");
    LanguageJob job = (LanguageJob) server.runner.started.take();
    assertEquals("main.py", job.sourceName());
    assertEquals("import util", new String(job.source(), StandardCharsets.UTF_8));
    assertEquals(java.util.Set.of("util.py"), job.input().files().keySet());
  }

  @Test
  void truncatedOutputIsFlaggedWithItsTrueCount() {
    JsonObject result =
        server.post("/v1/jobs?wait=30s", command("flood")).job(200, "done").getJsonObject("result");
    assertEquals("OUTPUT_LIMIT", result.getString("verdict"));
    assertEquals(5_000_000_000L, result.getLong("stdoutBytes"));
    assertEquals(true, result.getBoolean("stdoutTruncated"));
    assertEquals(1_000_000, result.getString("stdout").length());
    assertEquals("does not exist", result.getJsonObject("fileErrors").getString("missing"));
  }

  @Test
  void withoutWaitTheAnswerIsAReferenceThatCanBeFetched() {
    Answer accepted = server.post("/v1/jobs", command("block"));
    assertEquals(202, accepted.status());
    assertEquals(java.util.Set.of("id", "state"), accepted.json().fieldNames());
    String location = accepted.headers().get("location");
    assertEquals("/v1/jobs/" + accepted.json().getString("id"), location);

    server.awaitStart();
    JsonObject running = server.get(location).job(200, "running");
    assertNull(running.getValue("result"));
    assertNull(running.getValue("finishedAt"));
    assertNotNull(running.getString("startedAt"));

    Future<Answer> waiting = server.begin(HttpMethod.GET, location + "?wait=30s", null);
    server.runner.released.release();
    JsonObject done = await(waiting).job(200, "done");
    assertEquals("released", done.getJsonObject("result").getString("stdout"));
    assertEquals(done, server.get(location).json());
  }

  @Test
  void waitThatIsOverFirstLeavesTheJobRunning() {
    Answer accepted = server.post("/v1/jobs?wait=10ms", command("block"));
    assertEquals(202, accepted.status());
    server.awaitStart();
    String location = accepted.headers().get("location");
    server.get(location + "?wait=10ms").job(200, "running");
    server.runner.released.release();
    server.get(location + "?wait=30s").job(200, "done");
    assertEquals(0, server.runner.cancelled.get());
  }

  @Test
  void runningJobIsKilledByDelete() {
    String location = server.post("/v1/jobs", command("block")).headers().get("location");
    server.awaitStart();
    server.delete(location).job(200, "cancelled");
    JsonObject job = server.get(location).job(200, "cancelled");
    assertNull(job.getValue("result"));
    assertNull(job.getValue("error"));
    assertEquals(1, server.runner.cancelled.get());
  }

  @Test
  void queuedJobThatIsDeletedNeverStarts() {
    for (int i = 0; i < ServerFixture.WORKERS; i++) {
      assertEquals(202, server.post("/v1/jobs", command("block")).status());
      server.awaitStart();
    }
    Answer queued = server.post("/v1/jobs", command("echo", "never"));
    assertEquals("queued", queued.json().getString("state"));
    server.delete(queued.headers().get("location")).job(200, "cancelled");
    server.runner.released.release(ServerFixture.WORKERS);
    server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
    server.awaitStart();
    assertTrue(server.runner.started.isEmpty(), "only the last job has started as well");
  }

  @Test
  void finishedJobThatIsDeletedStaysAsItIs() {
    String location = server.post("/v1/jobs?wait=30s", command("cat")).json().getString("id");
    server.delete("/v1/jobs/" + location).job(200, "done");
    server.get("/v1/jobs/" + location).job(200, "done");
  }

  @Test
  void clientThatWaitsForACancelledJobHearsOfIt() {
    Answer accepted = server.post("/v1/jobs", command("block"));
    String location = accepted.headers().get("location");
    Future<Answer> waiting = server.begin(HttpMethod.GET, location + "?wait=30s", null);
    server.awaitStart();
    server.delete(location).job(200, "cancelled");
    await(waiting).job(200, "cancelled");
  }

  @Test
  void faultOfTheSandboxIs500AndNeverAVerdict() {
    JsonObject problem = server.post("/v1/jobs?wait=30s", command("fault")).problem(500);
    assertEquals("urn:stockade:problem:sandbox-error", problem.getString("type"));
    assertEquals("mount(\"tmpfs\"): EPERM, step 14 of 37", problem.getString("detail"));

    JsonObject job = server.get("/v1/jobs/" + problem.getString("job")).job(200, "failed");
    assertEquals(problem, job.getJsonObject("error"));
    assertNull(job.getValue("result"));
    server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
  }

  @Test
  void hostThatCannotIs503WithTheFix() {
    JsonObject problem = server.post("/v1/jobs?wait=30s", command("unsupported")).problem(503);
    assertEquals("urn:stockade:problem:host-unsupported", problem.getString("type"));
    assertEquals("memory is not available: no cgroup. Fix: delegate", problem.getString("detail"));
  }

  @Test
  void faultSeenOnlyInsideTheSandboxIs400WithTheField() {
    JsonObject problem = server.post("/v1/jobs?wait=30s", command("no-such")).problem(400);
    assertEquals("command[0]", problem.getString("field"));
    assertEquals("command[0]: is not in the sandbox", problem.getString("detail"));
  }

  @Test
  void bugOfOursIs500WithoutItsDetailsAndCostsNoWorker() {
    for (int i = 0; i < 2 * ServerFixture.WORKERS; i++) {
      JsonObject problem = server.post("/v1/jobs?wait=30s", command("bug")).problem(500);
      assertEquals("unexpected IllegalStateException", problem.getString("detail"));
    }
    server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
  }

  @Test
  void finishedJobsLeaveInTheOrderInWhichTheyFinished() {
    try (ServerFixture small =
        new ServerFixture(ServerFixture.Options.defaults().withFinishedJobs(2))) {
      String[] ids = new String[3];
      for (int i = 0; i < 3; i++) {
        ids[i] = small.post("/v1/jobs?wait=30s", command("cat")).json().getString("id");
      }
      ServerFixture.eventually(
          "the first has left", () -> small.get("/v1/jobs/" + ids[0]).status() == 404);
      small.get("/v1/jobs/" + ids[1]).job(200, "done");
      small.get("/v1/jobs/" + ids[2]).job(200, "done");
    }
  }

  @Test
  void languagesAreListedWithVersionOrReason() {
    JsonArray languages = server.get("/v1/languages").json().getJsonArray("languages");
    JsonObject python = languages.getJsonObject(0);
    assertEquals("python", python.getString("id"));
    assertEquals("3.11", python.getString("version"));
    assertNull(python.getValue("unavailable"));
    assertNull(python.getValue("compile"));
    assertEquals(10_000_000_000L, python.getJsonObject("limits").getLong("cpuTimeNanos"));
    assertEquals(
        "cpp-compile", languages.getJsonObject(1).getJsonObject("compile").getString("policy"));
    JsonObject rust = languages.getJsonObject(2);
    assertNull(rust.getValue("version"));
    assertEquals("rustc is not installed", rust.getString("unavailable"));
  }

  @Test
  void policiesAreListedWithLimitsAndCeilings() {
    JsonArray policies = server.get("/v1/policies").json().getJsonArray("policies");
    JsonObject first = policies.getJsonObject(0);
    assertEquals("default", first.getString("name"));
    assertEquals("refuse", first.getString("degraded"));
    assertEquals(256L << 20, first.getJsonObject("limits").getLong("memoryBytes"));
    assertEquals(4L << 30, first.getJsonObject("ceilings").getLong("memoryBytes"));
  }

  @Test
  void contractIsServedAsItIs() {
    Answer answer = server.get("/openapi.yaml");
    assertEquals(200, answer.status());
    assertEquals("application/yaml", answer.headers().get("content-type"));
    assertEquals(server.contract().document(), answer.body());
    assertTrue(String.valueOf(answer.body()).startsWith("openapi: 3.1.0\n"));
  }

  @Test
  void serverIsLiveAndBecomesReady() {
    assertEquals("live", server.get("/livez").json().getString("status"));
    ServerFixture.eventually("ready", () -> server.get("/readyz").status() == 200);
  }
}
