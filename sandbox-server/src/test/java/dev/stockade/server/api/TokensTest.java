package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.api.ServerFixture.Options;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a token is needed for, and what it allows. */
class TokensTest {
  @TempDir private Path folder;

  private String token(String name, Role role, int rate, int jobs) {
    return new TokenFile(folder.resolve("tokens"))
        .create(name, role, new TokenLimits(rate, jobs, 0), InstantSource.system());
  }

  private Options withTokens() {
    return Options.defaults().withTokens(folder.resolve("tokens"));
  }

  private static Answer send(ServerFixture server, String token, HttpMethod method, String path) {
    return server.send(method, path, "Authorization", "Bearer " + token);
  }

  @Test
  void tokenIsNeededForJobsAndMetersAndNeverForHealth() {
    String token = token("judge", Role.ADMIN, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      Answer answer = server.post("/v1/jobs", command("cat"));
      answer.problem(401);
      assertEquals("Bearer realm=\"stockade\"", answer.headers().get("www-authenticate"));
      for (String path :
          new String[] {
            "/v1/languages",
            "/v1/jobs/x",
            "/v1//jobs/x",
            "/v1/jobs/x/events",
            "/metrics",
            "//metrics",
            "/v1/../metrics",
            "/%6detrics"
          }) {
        assertEquals(401, server.get(path).status(), path);
      }
      assertEquals(200, server.get("/livez").status());
      assertEquals(200, server.get("/openapi.yaml").status());
      for (String wrong :
          new String[] {token, "Basic " + token, "Bearer " + token + "x", "Bearer ", "Bearer"}) {
        server.send(HttpMethod.GET, "/v1/languages", "Authorization", wrong).problem(401);
      }
      assertEquals(200, send(server, token, HttpMethod.GET, "/v1/languages").status());
      assertEquals(200, send(server, token, HttpMethod.GET, "/metrics").status());
      assertEquals(
          202,
          server.send(HttpMethod.POST, "/v1/jobs", "Authorization", "bearer  " + token).status());
    }
  }

  @Test
  void contractNamesATokenForExactlyWhatNeedsOne() {
    token("judge", Role.ADMIN, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      for (Operation operation : server.contract().openApi().operations()) {
        String path = operation.getOpenAPIPath().replaceAll("\\{[^}]*}", "x");
        Answer answer = await(server.begin(operation.getHttpMethod(), path, null));
        Set<String> named =
            operation.getSecurityRequirements().stream()
                .flatMap(one -> one.getNames().stream())
                .collect(Collectors.toSet());
        assertEquals(
            answer.status() == 401 ? Set.of("token") : Set.of(), named, operation.getOperationId());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SUBMIT,POST,/v1/jobs,202",
    "SUBMIT,DELETE,/v1/jobs/00,404",
    "SUBMIT,GET,/v1/jobs/00,404",
    "SUBMIT,GET,/v1/policies,200",
    "SUBMIT,GET,/metrics,403",
    "SUBMIT,GET,/v1/host,403",
    "READ,POST,/v1/jobs,403",
    "READ,DELETE,/v1/jobs/00,403",
    "READ,GET,/v1/jobs/00,404",
    "READ,GET,/v1/policies,200",
    "READ,GET,/metrics,200",
    "READ,GET,/v1/host,200",
    "ADMIN,POST,/v1/jobs,202",
    "ADMIN,DELETE,/v1/jobs/00,404",
    "ADMIN,GET,/metrics,200"
  })
  void roleSaysWhatATokenMayDo(Role role, String method, String path, int status) {
    String token = token("one", role, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      Answer answer = send(server, token, HttpMethod.valueOf(method), path);
      assertEquals(status, answer.status());
      if (status == 403) {
        assertEquals("urn:stockade:problem:role-needed", answer.problem(403).getString("type"));
        assertTrue(server.runner.started.isEmpty());
      }
    }
  }

  @Test
  void rateIsThatOfTheToken() {
    String slow = token("slow", Role.READ, 2, 0);
    String other = token("other", Role.READ, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      assertEquals(200, send(server, slow, HttpMethod.GET, "/v1/policies").status());
      assertEquals(200, send(server, slow, HttpMethod.GET, "/v1/policies").status());
      Answer refused = send(server, slow, HttpMethod.GET, "/v1/policies");
      assertEquals(
          "this token may send 2 requests in a minute", refused.problem(429).getString("detail"));
      int after = Integer.parseInt(refused.headers().get("retry-after"));
      assertTrue(after >= 1 && after <= 30, () -> after + " s");
      assertEquals(200, send(server, other, HttpMethod.GET, "/v1/policies").status());
    }
  }

  @Test
  void unfinishedJobsAreCountedForTheToken() {
    String token = token("few", Role.SUBMIT, 0, 1);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      Answer first =
          await(
              server.begin(
                  HttpMethod.POST,
                  "/v1/jobs",
                  command("block").toBuffer(),
                  request -> request.putHeader("Authorization", "Bearer " + token)));
      assertEquals(202, first.status());
      String id = first.json().getString("id");
      assertEquals(
          "urn:stockade:problem:too-many-unfinished",
          send(server, token, HttpMethod.POST, "/v1/jobs").problem(429).getString("type"));
      server.awaitStart();
      assertEquals(200, send(server, token, HttpMethod.DELETE, "/v1/jobs/" + id).status());
      ServerFixture.eventually(
          "another may come",
          () -> send(server, token, HttpMethod.POST, "/v1/jobs").status() == 202);
    }
  }

  @Test
  void batchCountsForTheTokenAllOrNone() {
    String token = token("three", Role.SUBMIT, 0, 3);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      assertEquals(
          "urn:stockade:problem:too-many-unfinished",
          batch(server, token, 4).problem(429).getString("type"));
      Answer accepted = batch(server, token, 3);
      assertEquals(202, accepted.status(), "the refused one counts no more");
      Set<String> ids =
          accepted.json().getJsonArray("jobs").stream()
              .map(job -> ((JsonObject) job).getString("id"))
              .collect(Collectors.toSet());
      assertEquals(ids, listed(server, token));
      assertEquals(429, batch(server, token, 1).status());
      ids.forEach(id -> send(server, token, HttpMethod.DELETE, "/v1/jobs/" + id));
      ids.forEach(id -> send(server, token, HttpMethod.GET, "/v1/jobs/" + id + "?wait=30s"));
      ServerFixture.eventually(
          "three more may come", () -> batch(server, token, 3).status() == 202);
    }
  }

  private static Answer batch(ServerFixture server, String token, int jobs) {
    JsonArray all = new JsonArray();
    for (int i = 0; i < jobs; i++) {
      all.add(command("block"));
    }
    return await(
        server.begin(
            HttpMethod.POST,
            "/v1/jobs/batch",
            new JsonObject().put("jobs", all).toBuffer(),
            request -> request.putHeader("Authorization", "Bearer " + token)));
  }

  @Test
  void whoSendsJobsListsItsOwn() {
    String one = token("one", Role.SUBMIT, 0, 0);
    String two = token("two", Role.SUBMIT, 0, 0);
    String all = token("all", Role.READ, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      String first = send(server, one, HttpMethod.POST, "/v1/jobs").json().getString("id");
      String second = send(server, two, HttpMethod.POST, "/v1/jobs").json().getString("id");
      assertEquals(Set.of(first), listed(server, one));
      assertEquals(Set.of(second), listed(server, two));
      assertEquals(Set.of(first, second), listed(server, all));
    }
  }

  @Test
  void jobsOfOthersAreNotThereForWhoOnlySubmits() {
    String one = token("one", Role.SUBMIT, 0, 0);
    String two = token("two", Role.SUBMIT, 0, 0);
    String reader = token("reader", Role.READ, 0, 0);
    String admin = token("admin", Role.ADMIN, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      String job =
          "/v1/jobs/"
              + batch(server, one, 1).json().getJsonArray("jobs").getJsonObject(0).getString("id");
      server.awaitStart();
      JsonObject absent = send(server, two, HttpMethod.GET, "/v1/jobs/00").problem(404);
      assertEquals(absent, send(server, two, HttpMethod.GET, job).problem(404));
      assertEquals(absent, send(server, two, HttpMethod.GET, job + "/events").problem(404));
      assertEquals(absent, send(server, two, HttpMethod.DELETE, job).problem(404));
      for (String token : new String[] {one, reader, admin}) {
        send(server, token, HttpMethod.GET, job).job(200, "running");
      }
      send(server, reader, HttpMethod.DELETE, job).problem(403);
      send(server, one, HttpMethod.DELETE, job).job(200, "cancelled");
      send(server, two, HttpMethod.GET, job).problem(404);
      send(server, one, HttpMethod.GET, job).job(200, "cancelled");
      send(server, reader, HttpMethod.GET, job).job(200, "cancelled");
      String other =
          "/v1/jobs/"
              + batch(server, two, 1).json().getJsonArray("jobs").getJsonObject(0).getString("id");
      send(server, admin, HttpMethod.DELETE, other);
      send(server, two, HttpMethod.GET, other + "?wait=30s").job(200, "cancelled");
    }
  }

  @Test
  void programThatOneAttendsIsNotThereForOthers() {
    String one = token("one", Role.SUBMIT, 0, 0);
    String two = token("two", Role.SUBMIT, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens());
        SessionClient session =
            new SessionClient(
                server.port(), options -> options.putHeader("Authorization", "Bearer " + one))) {
      JsonObject accepted = session.say(command("block")).answer("accepted");
      String job = "/v1/jobs/" + accepted.getString("id");
      send(server, two, HttpMethod.GET, job).problem(404);
      send(server, two, HttpMethod.DELETE, job).problem(404);
      assertEquals(200, send(server, one, HttpMethod.GET, job).status());
      assertEquals(Set.of(), listed(server, two));
      assertEquals(Set.of(accepted.getString("id")), listed(server, one));
    }
  }

  @Test
  void idempotencyKeysAreTheTokensOwn() {
    String one = token("one", Role.SUBMIT, 0, 0);
    String two = token("two", Role.SUBMIT, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      String first = keyed(server, one);
      assertEquals(first, keyed(server, one));
      assertNotEquals(first, keyed(server, two));
    }
  }

  private static String keyed(ServerFixture server, String token) {
    return await(
            server.begin(
                HttpMethod.POST,
                "/v1/jobs",
                command("echo").toBuffer(),
                request ->
                    request
                        .putHeader("Authorization", "Bearer " + token)
                        .putHeader("Idempotency-Key", "k")))
        .json()
        .getString("id");
  }

  @Test
  void bytesOfStoredFilesAreCountedForWhoStoredThemFirst() {
    TokenFile tokens = new TokenFile(folder.resolve("tokens"));
    String few =
        tokens.create("few", Role.SUBMIT, new TokenLimits(0, 0, 100), InstantSource.system());
    String many = token("many", Role.SUBMIT, 0, 0);
    String admin = token("admin", Role.ADMIN, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      assertEquals(201, put(server, few, 60).status());
      assertEquals(
          "files stored by this token have at most 100B together; unused ones go by themselves, or"
              + " are deleted",
          put(server, few, 41).problem(507).getString("detail"));
      assertEquals(201, put(server, few, 40).status());
      assertEquals(201, put(server, many, 41).status());
      assertEquals(200, put(server, few, 41).status(), "it costs nothing");
      assertEquals(200, put(server, many, 60).status());
      assertEquals(507, put(server, few, 61).status());
      String sixty = "/v1/files/" + StoredBytes.sha256(new byte[60]);
      assertEquals(204, send(server, admin, HttpMethod.DELETE, sixty).status());
      assertEquals(201, put(server, few, 59).status());
    }
  }

  private static Answer put(ServerFixture server, String token, int bytes) {
    byte[] content = new byte[bytes];
    return await(
        server.begin(
            HttpMethod.PUT,
            "/v1/files/" + StoredBytes.sha256(content),
            Buffer.buffer(content),
            request -> request.putHeader("Authorization", "Bearer " + token)));
  }

  private static Set<String> listed(ServerFixture server, String token) {
    return send(server, token, HttpMethod.GET, "/v1/jobs").json().getJsonArray("jobs").stream()
        .map(job -> ((JsonObject) job).getString("id"))
        .collect(Collectors.toSet());
  }

  @Test
  void revokedTokenIsRefusedWithoutARestart() {
    String token = token("gone", Role.READ, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      assertEquals(200, send(server, token, HttpMethod.GET, "/v1/policies").status());
      new TokenFile(folder.resolve("tokens")).revoke("gone");
      ServerFixture.eventually(
          "it is refused",
          () -> send(server, token, HttpMethod.GET, "/v1/policies").status() == 401);
    }
  }

  @Test
  void answersDoNotEchoTheToken() {
    token("judge", Role.ADMIN, 0, 0);
    try (ServerFixture server = new ServerFixture(withTokens())) {
      Answer answer = send(server, "0123456789abcdef", HttpMethod.GET, "/v1/languages");
      assertEquals(401, answer.status());
      assertFalse(String.valueOf(answer.body()).contains("0123456789abcdef"));
    }
  }
}
