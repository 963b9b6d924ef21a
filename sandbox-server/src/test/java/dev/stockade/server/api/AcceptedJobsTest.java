package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys, batches and lists over HTTP. */
@Timeout(240)
class AcceptedJobsTest {
  private static final JsonObject ECHO = ServerFixture.command("echo", "a");

  private static ServerFixture.Answer withKey(
      ServerFixture server, String path, String key, JsonObject body) {
    return ServerFixture.await(beginWithKey(server, path, key, body));
  }

  private static Future<ServerFixture.Answer> beginWithKey(
      ServerFixture server, String path, String key, JsonObject body) {
    return server.begin(
        HttpMethod.POST,
        path,
        body.toBuffer(),
        request -> request.putHeader("Idempotency-Key", key));
  }

  private static JsonObject batch(JsonObject... jobs) {
    return new JsonObject().put("jobs", new JsonArray(List.of(jobs)));
  }

  @Test
  void sameKeyIsTheSameJob() {
    try (ServerFixture server = new ServerFixture()) {
      JsonObject first = withKey(server, "/v1/jobs?wait=30s", "k", ECHO).job(200, "done");
      assertEquals(first, withKey(server, "/v1/jobs?wait=30s", "k", ECHO).job(200, "done"));
      String id = withKey(server, "/v1/jobs", "k", ECHO).job(202, "done").getString("id");
      assertEquals(first.getString("id"), id);
      String other = withKey(server, "/v1/jobs", "k2", ECHO).json().getString("id");
      assertNotEquals(id, other);
    }
  }

  @Test
  void keyOfAnotherBodyIsRefused() {
    try (ServerFixture server = new ServerFixture()) {
      withKey(server, "/v1/jobs", "k", ECHO);
      JsonObject problem =
          withKey(server, "/v1/jobs", "k", ServerFixture.command("echo", "b")).problem(422);
      assertEquals("Idempotency-Key", problem.getString("field"));
      assertEquals(
          "Idempotency-Key: was sent before with another body", problem.getString("detail"));
      assertEquals(
          "Idempotency-Key",
          withKey(server, "/v1/jobs", "a b", ECHO).problem(400).getString("field"));
    }
  }

  @Test
  void batchIsAcceptedInItsOrder() {
    try (ServerFixture server = new ServerFixture()) {
      JsonObject two = batch(ECHO, ServerFixture.command("echo", "b"));
      JsonArray jobs = withKey(server, "/v1/jobs/batch", "k", two).json().getJsonArray("jobs");
      assertEquals(2, jobs.size());
      for (int i = 0; i < 2; i++) {
        String id = jobs.getJsonObject(i).getString("id");
        JsonObject job = server.get("/v1/jobs/" + id + "?wait=30s").job(200, "done");
        assertEquals(i == 0 ? "[a]" : "[b]", job.getJsonObject("result").getString("stdout"));
      }
      JsonArray again = withKey(server, "/v1/jobs/batch", "k", two).json().getJsonArray("jobs");
      assertEquals(jobs.getJsonObject(1).getString("id"), again.getJsonObject(1).getString("id"));
      withKey(server, "/v1/jobs/batch", "k", batch(ECHO, ECHO)).problem(422);
    }
  }

  @Test
  void batchWithAFaultOrWithoutPlaceIsNotAcceptedAtAll() {
    try (ServerFixture server = new ServerFixture()) {
      JsonObject bad = ServerFixture.command("echo").put("limits", new JsonObject().put("pids", 0));
      JsonObject problem = server.post("/v1/jobs/batch", batch(ECHO, bad)).problem(400);
      assertEquals("jobs[1].limits.pids", problem.getString("field"));
      assertEquals(
          "jobs[0]",
          server.post("/v1/jobs/batch", "{\"jobs\":[1]}").problem(400).getString("field"));
      assertEquals("jobs", server.post("/v1/jobs/batch", batch()).problem(400).getString("field"));
      JsonObject five = batch(ECHO, ECHO, ECHO, ECHO, ECHO); // two workers, two places
      server.post("/v1/jobs/batch", five).problem(429);
      assertEquals(0, server.get("/v1/jobs").json().getJsonArray("jobs").size());
    }
  }

  @Test
  void listHasWhatClientsWaitedForAndAttended() {
    try (ServerFixture server = new ServerFixture()) {
      String waited = server.post("/v1/jobs?wait=30s", ECHO).job(200, "done").getString("id");
      String accepted = server.post("/v1/jobs", ECHO).json().getString("id");
      server.get("/v1/jobs/" + accepted + "?wait=30s").job(200, "done");
      String attended = attend(server);
      List<JsonObject> jobs = listed(server, "limit=100");
      assertEquals(List.of(attended, accepted, waited), all(jobs, "id"));
      assertEquals(List.of("OK", "OK", "OK"), all(jobs, "verdict"));
      assertEquals(jobs.get(1).fieldNames(), jobs.get(0).fieldNames());
      assertNotNull(jobs.get(0).getString("finishedAt"));
      JsonObject first = server.get("/v1/jobs?limit=1").json();
      assertEquals(
          List.of(accepted, waited), all(listed(server, "after=" + first.getString("next")), "id"));
      assertEquals(List.of(), listed(server, "verdict=CPU_TIME_LIMIT"));
      server.post("/v1/jobs?wait=30s", ServerFixture.command("fault")).problem(500);
      assertEquals(1, listed(server, "state=failed").size());
    }
  }

  /** Once its wait is over the job is in the store, which was not told that it began. */
  @Test
  void jobThatBeginsWhenItsWaitIsOverIsListedAsRunning() {
    try (ServerFixture server = new ServerFixture()) {
      JsonObject block = ServerFixture.command("block");
      for (int worker = 0; worker < 2; worker++) {
        server.begin(HttpMethod.POST, "/v1/jobs?wait=60s", block.toBuffer());
        server.awaitStart();
      }
      String id = server.post("/v1/jobs?wait=10ms", block).job(202, "queued").getString("id");
      assertEquals(List.of(id), all(listed(server, "state=queued"), "id"));
      server.runner.released.release();
      server.awaitStart();
      assertEquals(id, all(listed(server, "state=running"), "id").get(0));
      assertEquals(List.of(), listed(server, "state=queued"));
      server.runner.released.release(2);
      server.get("/v1/jobs/" + id + "?wait=30s").job(200, "done");
    }
  }

  @Test
  void jobWithAKeyThatIsWaitedForIsListedAsRunning() {
    try (ServerFixture server = new ServerFixture()) {
      JsonObject block = ServerFixture.command("block");
      Future<ServerFixture.Answer> waiting = beginWithKey(server, "/v1/jobs?wait=60s", "k", block);
      server.awaitStart();
      assertEquals(1, listed(server, "state=running").size());
      server.runner.released.release();
      ServerFixture.await(waiting).job(200, "done");
    }
  }

  @Test
  void listSaysInWhichLanguageJobsAre() {
    try (ServerFixture server = new ServerFixture()) {
      JsonObject program = new JsonObject().put("language", "python").put("source", "print(1)");
      server.post("/v1/jobs?wait=30s", program).job(200, "done");
      String accepted = server.post("/v1/jobs", program).json().getString("id");
      server.get("/v1/jobs/" + accepted + "?wait=30s").job(200, "done");
      server.post("/v1/jobs?wait=30s", ECHO).job(200, "done");
      assertEquals(
          Arrays.asList(null, "python", "python"), all(listed(server, "limit=9"), "language"));
    }
  }

  /** It is in memory and in the store. */
  @Test
  void jobWhoseWaitWasOverIsListedOnce() {
    try (ServerFixture server = new ServerFixture()) {
      JsonObject block = ServerFixture.command("block");
      Future<ServerFixture.Answer> waiting =
          server.begin(HttpMethod.POST, "/v1/jobs?wait=3s", block.toBuffer());
      server.awaitStart(); // before its wait is over
      String id = ServerFixture.await(waiting).job(202, "running").getString("id");
      assertEquals(List.of(id), all(listed(server, "state=running"), "id"));
      server.runner.released.release();
      server.get("/v1/jobs/" + id + "?wait=30s").job(200, "done");
      assertEquals(List.of(id), all(listed(server, "limit=9"), "id"));
    }
  }

  @Test
  void whatIsInMemoryAloneIsListedUpToItsBound() {
    try (ServerFixture server =
        new ServerFixture(ServerFixture.Options.defaults().withFinishedJobs(1))) {
      attend(server);
      String last = attend(server);
      ServerFixture.eventually("the first has left", () -> listed(server, "limit=9").size() == 1);
      assertEquals(List.of(last), all(listed(server, "limit=9"), "id"));
    }
  }

  private static String attend(ServerFixture server) {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(ECHO).answer("accepted");
      return client.answer("result").getString("id");
    }
  }

  private static List<JsonObject> listed(ServerFixture server, String query) {
    return server.get("/v1/jobs?" + query).json().getJsonArray("jobs").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static List<String> all(List<JsonObject> jobs, String field) {
    return jobs.stream().map(job -> job.getString(field)).toList();
  }

  @Test
  void listHasPages() {
    try (ServerFixture server = new ServerFixture()) {
      for (int i = 0; i < 3; i++) {
        withKey(server, "/v1/jobs?wait=30s", "k" + i, ECHO).job(200, "done");
      }
      JsonObject page = server.get("/v1/jobs?limit=2&state=done&verdict=OK").json();
      assertEquals(2, page.getJsonArray("jobs").size());
      JsonObject rest = server.get("/v1/jobs?limit=2&after=" + page.getString("next")).json();
      assertEquals(1, rest.getJsonArray("jobs").size());
      assertNull(rest.getString("next"));
      assertEquals(0, server.get("/v1/jobs?state=queued").json().getJsonArray("jobs").size());
      for (String bad : List.of("state=x", "verdict=x", "limit=0", "limit=101", "after=x", "x=y")) {
        assertEquals(
            bad.substring(0, bad.indexOf('=')),
            server.get("/v1/jobs?" + bad).problem(400).getString("field"));
      }
    }
  }
}
