package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.ServerFixture.eventually;
import static dev.stockade.server.api.StoredBytes.ABSENT;
import static dev.stockade.server.api.StoredBytes.HELLO;
import static dev.stockade.server.api.StoredBytes.HELLO_HASH;
import static dev.stockade.server.api.StoredBytes.bytes;
import static dev.stockade.server.api.StoredBytes.pathOf;
import static dev.stockade.server.api.StoredBytes.put;
import static dev.stockade.server.api.StoredBytes.sha256;
import static dev.stockade.server.api.StoredBytes.stored;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.StockadeServer;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Traces;
import dev.stockade.server.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that refer to stored files, and what becomes of the files meanwhile. */
@Timeout(300)
class StoredReferencesTest {
  @TempDir private Path folder;

  @Test
  void jobsReadWhatTheyReferTo() {
    try (ServerFixture server = new ServerFixture()) {
      put(server, HELLO);
      JsonObject job =
          command("cat")
              .put("stdin", stored(HELLO_HASH))
              .put("files", new JsonObject().put("a/b", stored(HELLO_HASH).put("executable", true)))
              .put("outputFiles", new JsonArray().add("a/b"));
      JsonObject result =
          server.post("/v1/jobs?wait=60s", job).job(200, "done").getJsonObject("result");
      assertEquals("hello", result.getString("stdout"));
      assertEquals(
          "hello", result.getJsonObject("files").getJsonObject("a/b").getString("content"));
      JsonObject tests =
          new JsonObject()
              .put("language", "python")
              .put("source", "x")
              .put("files", new JsonObject().put("data", stored(HELLO_HASH)))
              .put(
                  "tests",
                  new JsonArray()
                      .add(
                          new JsonObject()
                              .put("stdin", stored(HELLO_HASH))
                              .put("expected", stored(HELLO_HASH))));
      assertEquals(202, server.post("/v1/jobs", tests).status());
    }
  }

  private static JsonObject refusedField(ServerFixture server, JsonObject job, String field) {
    JsonObject problem = server.post("/v1/jobs", job).problem(400);
    assertEquals(field, problem.getString("field"), problem::encode);
    return problem;
  }

  private static JsonObject test(JsonObject test) {
    return command("cat").put("tests", new JsonArray().add(test));
  }

  @Test
  void referenceToNothingIsRefusedWithItsField() {
    try (ServerFixture server = new ServerFixture()) {
      put(server, HELLO);
      refusedField(server, command("cat").put("stdin", stored(ABSENT)), "stdin.sha256");
      refusedField(
          server,
          command("cat").put("files", new JsonObject().put("a", stored(ABSENT))),
          "files[\"a\"].sha256");
      JsonObject wrong = new JsonObject().put("stdin", stored(ABSENT)).put("expected", "");
      refusedField(server, test(wrong), "tests[0].stdin.sha256");
      JsonObject answer = new JsonObject().put("expected", stored(ABSENT));
      refusedField(server, test(answer), "tests[0].expected.sha256");
      for (Object bad : List.of("x", HELLO_HASH.toUpperCase(Locale.ROOT), 1)) {
        refusedField(
            server,
            command("cat").put("stdin", new JsonObject().put("sha256", bad)),
            "stdin.sha256");
      }
      refusedField(
          server,
          command("cat").put("stdin", stored(HELLO_HASH).put("base64", "")),
          "stdin.base64");
      refusedField(
          server,
          command("cat")
              .put("files", new JsonObject().put("a", stored(HELLO_HASH).put("content", ""))),
          "files[\"a\"]");
      refusedField(
          server,
          new JsonObject()
              .put("language", "python")
              .put("files", new JsonObject().put("a.py", stored(HELLO_HASH))),
          "main");
      assertTrue(server.runner.started.isEmpty());
    }
  }

  @Test
  void checkerThatNeedsTheAnswerInMemoryBoundsIt() {
    byte[] large = new byte[(16 << 20) + 1];
    try (ServerFixture server = new ServerFixture()) {
      put(server, large);
      JsonObject test = new JsonObject().put("expected", stored(sha256(large)));
      JsonObject problem = refusedField(server, test(test), "tests[0].expected");
      assertTrue(problem.getString("detail").contains("16MiB"), problem::encode);
      JsonObject exact = test(test).put("checker", new JsonObject().put("type", "exact"));
      assertEquals(202, server.post("/v1/jobs", exact).status());
    }
  }

  @Test
  void fileOfAJobStaysUntilTheJobHasEnded() {
    try (ServerFixture server = new ServerFixture()) {
      put(server, HELLO);
      JsonObject job = command("block").put("stdin", stored(HELLO_HASH));
      String accepted = StoredBytes.accepted(server, job);
      server.awaitStart();
      assertEquals(
          "urn:stockade:problem:file-in-use",
          server.delete(pathOf(HELLO)).problem(409).getString("type"));
      Future<Answer> waited = server.begin(HttpMethod.POST, "/v1/jobs?wait=60s", job.toBuffer());
      server.awaitStart();
      server.runner.released.release(1);
      eventually(
          "one has ended",
          () ->
              waited.isComplete()
                  || server.get("/v1/jobs/" + accepted).json().getString("state").equals("done"));
      server.delete(pathOf(HELLO)).problem(409);
      server.runner.released.release(1);
      await(waited).job(200, "done");
      server.get("/v1/jobs/" + accepted + "?wait=60s").job(200, "done");
      eventually("nobody holds it", () -> server.delete(pathOf(HELLO)).status() == 204);
    }
  }

  /** HASH stands for the reference. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'stdin':HASH",
        "'files':{'a':HASH}",
        "'tests':[{'expected':''},{'stdin':HASH,'expected':''}]",
        "'tests':[{'expected':HASH}]",
        "'tests':[{}],'checker':{'type':'program','language':'cpp','source':'','files':{'a':HASH}}",
        "'tests':[{}],'interactor':{'language':'cpp','source':'','files':{'a':HASH}}"
      })
  void fileStaysWhereverTheJobRefersToIt(String reference) {
    try (ServerFixture server = new ServerFixture()) {
      put(server, HELLO);
      String job =
          ("{'command':['block']," + reference + "}")
              .replace("HASH", stored(HELLO_HASH).encode())
              .replace('\'', '"');
      StoredBytes.accepted(server, new JsonObject(job));
      server.awaitStart();
      server.delete(pathOf(HELLO)).problem(409);
      server.runner.released.release(1);
      eventually("nobody holds it", () -> server.delete(pathOf(HELLO)).status() == 204);
    }
  }

  @Test
  void refusedAndRepeatedJobsHoldNothing() {
    try (ServerFixture server = new ServerFixture()) {
      put(server, HELLO);
      JsonObject block = command("block");
      for (int i = 0; i < ServerFixture.WORKERS + ServerFixture.QUEUE; i++) {
        assertEquals(202, server.post("/v1/jobs", block).status());
      }
      JsonObject job = command("cat").put("stdin", stored(HELLO_HASH));
      server.post("/v1/jobs", job).problem(429);
      server.post("/v1/jobs?wait=60s", job).problem(429);
      server
          .post("/v1/jobs/batch", new JsonObject().put("jobs", new JsonArray().add(job)))
          .problem(429);
      assertEquals(204, server.delete(pathOf(HELLO)).status());
      server.runner.released.release(10);
    }
  }

  @Test
  void fileOfAJobStaysAlsoAfterARestart() throws IOException {
    Path data = folder.resolve("data");
    TestRunner before = new TestRunner();
    String id;
    try (ServerFixture server = new ServerFixture(services(before, data))) {
      put(server, HELLO);
      put(server, bytes(10));
      id = StoredBytes.accepted(server, command("block").put("stdin", stored(HELLO_HASH)));
      eventually("it runs", () -> !before.started.isEmpty());
    }
    TestRunner after = new TestRunner();
    try (ServerFixture server = new ServerFixture(services(after, data))) {
      server.delete(pathOf(HELLO)).problem(409);
      assertEquals(204, server.delete(pathOf(bytes(10))).status());
      after.released.release(1);
      server.get("/v1/jobs/" + id + "?wait=60s").job(200, "done");
      eventually("nobody holds it", () -> server.delete(pathOf(HELLO)).status() == 204);
    }
    try (Stream<Path> left = Files.walk(data.resolve("files"))) {
      assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void jobWhoseFileWasLostWithTheServerFailsWithItsField() throws IOException {
    Path data = folder.resolve("data");
    TestRunner before = new TestRunner();
    String id;
    try (ServerFixture server = new ServerFixture(services(before, data))) {
      put(server, HELLO);
      id = StoredBytes.accepted(server, command("block").put("stdin", stored(HELLO_HASH)));
      eventually("it runs", () -> !before.started.isEmpty());
    }
    Files.delete(data.resolve("files").resolve(HELLO_HASH));
    try (ServerFixture server = new ServerFixture(services(new TestRunner(), data))) {
      JsonObject job = server.get("/v1/jobs/" + id + "?wait=60s").job(200, "failed");
      JsonObject error = job.getJsonObject("error");
      assertEquals("stdin.sha256", error.getString("field"), error::encode);
    }
  }

  private static StockadeServer.Services services(TestRunner runner, Path data) {
    return new StockadeServer.Services(
        runner,
        TestLanguage.ALL,
        PolicyCatalog.shipped(),
        () -> null,
        Stores.inFolder(data),
        new Metrics(),
        ActivityLog.OFF,
        Traces.OFF);
  }
}
