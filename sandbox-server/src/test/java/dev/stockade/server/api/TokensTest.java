package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.api.ServerFixture.Options;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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
        .create(name, role, rate, jobs, InstantSource.system());
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

  @ParameterizedTest
  @CsvSource({
    "SUBMIT,POST,/v1/jobs,202",
    "SUBMIT,DELETE,/v1/jobs/00,404",
    "SUBMIT,GET,/v1/jobs/00,404",
    "SUBMIT,GET,/v1/policies,200",
    "SUBMIT,GET,/metrics,403",
    "READ,POST,/v1/jobs,403",
    "READ,DELETE,/v1/jobs/00,403",
    "READ,GET,/v1/jobs/00,404",
    "READ,GET,/v1/policies,200",
    "READ,GET,/metrics,200",
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
