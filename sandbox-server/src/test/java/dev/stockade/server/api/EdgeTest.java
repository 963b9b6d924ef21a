package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.EdgeConfig;
import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.api.ServerFixture.Options;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may come in, by which paths, and how much of the server a request may take. */
class EdgeTest {
  @Test
  void unknownPathsAndIdsAre404() {
    try (ServerFixture server = new ServerFixture()) {
      assertEquals(
          "nothing at \"/v2/jobs\"", server.get("/v2/jobs").problem(404).getString("detail"));
      server.get("/index.html").problem(404);
      server.get("/v1/jobs/nope/more").problem(404);
      for (String id :
          new String[] {
            "nope", "%2e%2e%2fx", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "%22", "a".repeat(3000)
          }) {
        assertEquals(
            "urn:stockade:problem:no-such-job",
            server.get("/v1/jobs/" + id).problem(404).getString("type"),
            id);
      }
      server.delete("/v1/jobs/nope").problem(404);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PATCH,/v1/jobs,'GET, POST'",
    "PUT,/v1/jobs,'GET, POST'",
    "POST,/v1/jobs/x,'DELETE, GET'",
    "DELETE,/v1/languages,GET",
    "POST,/livez,GET",
    "PATCH,/openapi.yaml,GET"
  })
  void otherMethodsAre405WithThoseAllowed(String method, String path, String allowed) {
    try (ServerFixture server = new ServerFixture()) {
      Answer answer = await(server.begin(HttpMethod.valueOf(method), path, null));
      assertEquals(
          "the methods of this path are: " + allowed, answer.problem(405).getString("detail"));
      assertEquals(allowed, answer.headers().get("allow"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
        ""
      })
  void otherContentTypesAre415(String type) {
    try (ServerFixture server = new ServerFixture()) {
      server.send(HttpMethod.POST, "/v1/jobs", "Content-Type", type).problem(415);
      assertTrue(server.runner.started.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "https://127.0.0.1", "null", "http://127.0.0.1:1"})
  void pagesFromElsewhereAreRefused(String origin) {
    try (ServerFixture server = new ServerFixture()) {
      Answer answer = server.send(HttpMethod.POST, "/v1/jobs", "Origin", origin);
      assertEquals(
          "the request was sent by a web page from \"" + origin + "\"",
          answer.problem(403).getString("detail"));
    }
  }

  @Test
  void pagesOfThisServerAreNotRefused() {
    try (ServerFixture server = new ServerFixture()) {
      String own = "http://127.0.0.1:" + server.port();
      assertEquals(202, server.send(HttpMethod.POST, "/v1/jobs", "Origin", own).status());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost,200",
    "LOCALHOST:8080,200",
    "127.0.0.1:1,200",
    "127.9.9.9,200",
    "[::1]:8080,200",
    "evil.example,403",
    "localhost.evil.example,403",
    "127.0.0.1.evil.example,403",
    "10.0.0.1,403"
  })
  void otherHostNamesAreRefusedBecauseOfDnsRebinding(String host, int status) throws IOException {
    try (ServerFixture server = new ServerFixture();
        RawClient client = new RawClient(server.port())) {
      String head = client.head("GET /v1/languages HTTP/1.1", "Host: " + host).readHead();
      assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
    }
  }

  @Test
  void announcedBodyOf100MiBIs413BeforeAnyOfItIsSent() throws IOException {
    try (ServerFixture server = new ServerFixture();
        RawClient client = new RawClient(server.port())) {
      client.head("POST /v1/jobs HTTP/1.1", "Host: localhost", "Content-Length: " + (100 << 20));
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 413 "), head);
      assertTrue(head.contains("application/problem+json"), head);
      assertEquals("", client.readAll().replaceFirst("(?s).*}", ""), "and then it is closed");
    }
  }

  @Test
  void clientThatExpectsToContinueIsToldNotTo() throws IOException {
    try (ServerFixture server = new ServerFixture();
        RawClient client = new RawClient(server.port())) {
      client.head(
          "POST /v1/jobs HTTP/1.1",
          "Host: localhost",
          "Expect: 100-continue",
          "Content-Length: " + (100 << 20));
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 413 "), head);
    }
  }

  @Test
  void clientThatExpectsToContinueIsToldTo() throws IOException {
    String body = command("cat").encode();
    try (ServerFixture server = new ServerFixture();
        RawClient client = new RawClient(server.port())) {
      client.head(
          "POST /v1/jobs?wait=30s HTTP/1.1",
          "Host: localhost",
          "Expect: 100-continue",
          "Connection: close",
          "Content-Length: " + body.length());
      assertTrue(client.readHead().startsWith("HTTP/1.1 100 "));
      client.send(body);
      assertTrue(client.readHead().startsWith("HTTP/1.1 200 "));
    }
  }

  @Test
  void bodyThatGrowsBeyondTheBoundIs413WhileItIsStillSent() throws IOException {
    Options options =
        Options.defaults()
            .withBodies(ByteSize.ofKibibytes(64), ByteSize.ofMebibytes(64), Duration.ofSeconds(30));
    try (ServerFixture server = new ServerFixture(options);
        RawClient client = new RawClient(server.port())) {
      client.head("POST /v1/jobs HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked");
      byte[] chunk =
          ("1000\r\n" + "x".repeat(4096) + "\r\n")
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      for (int sent = 0; sent <= 64 * 1024; sent += 4096) {
        client.send(chunk);
      }
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 413 "), head);
      client.readAll();
    }
  }

  @Test
  void bodyAtTheBoundIsTaken() {
    Options options =
        Options.defaults()
            .withBodies(ByteSize.ofKibibytes(64), ByteSize.ofMebibytes(64), Duration.ofSeconds(30));
    try (ServerFixture server = new ServerFixture(options)) {
      String body = command("cat").encode();
      server
          .post("/v1/jobs?wait=30s", body + " ".repeat((64 << 10) - body.length()))
          .job(200, "done");
      server.post("/v1/jobs", body + " ".repeat((64 << 10) - body.length() + 1)).problem(413);
    }
  }

  @Test
  void bodyThatDoesNotComeIs408AndTheConnectionIsClosed() throws IOException {
    Options options =
        Options.defaults()
            .withBodies(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(64), Duration.ofMillis(100));
    try (ServerFixture server = new ServerFixture(options);
        RawClient client = new RawClient(server.port())) {
      // At once: what came behind the answer, and the second that it may still come, would be
      // reset.
      client.send(
          "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"command\":");
      String answer = client.readAll();
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("the whole body must come within 100ms"), answer);
    }
  }

  @Test
  void halfSentBodiesGiveBackTheirShareOfTheBudget() throws IOException {
    Options options =
        Options.defaults()
            .withBodies(
                ByteSize.ofKibibytes(64), ByteSize.ofKibibytes(100), Duration.ofSeconds(30));
    try (ServerFixture server = new ServerFixture(options)) {
      for (int i = 0; i < 5; i++) {
        try (RawClient client = new RawClient(server.port())) {
          client.head("POST /v1/jobs HTTP/1.1", "Host: localhost", "Content-Length: 60000");
          client.send("x".repeat(50_000));
        }
      }
      JsonObject body = command("cat").put("stdin", "y".repeat(60_000));
      ServerFixture.eventually(
          "the budget is free", () -> server.post("/v1/jobs?wait=30s", body).status() == 200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /livez HTTP/9.9",
        "NONSENSE",
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nNo colon",
        "GET /livez HTTP/1.1",
      })
  void whatIsNoHttpIsRefused(String head) throws IOException {
    try (ServerFixture server = new ServerFixture();
        RawClient client = new RawClient(server.port())) {
      String answer = client.head(head).readHead();
      assertTrue(answer.matches("(?s)HTTP/[0-9.]+ (400|501) .*"), answer);
      assertEquals(200, server.get("/livez").status());
    }
  }

  @Test
  void endlessHeadIsRefused() throws IOException {
    try (ServerFixture server = new ServerFixture();
        RawClient client = new RawClient(server.port())) {
      client.send(
          "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      String answer = client.readHead();
      assertTrue(answer.matches("(?s)HTTP/1.[01] 431 .*"), answer);
      assertTrue(answer.contains(Problem.CONTENT_TYPE), answer);
    }
  }

  private static final String PAGE = "https://judge.example";

  private static Options withPage() {
    return Options.defaults()
        .withEdge(new EdgeConfig(Optional.empty(), Set.of(PAGE, "http://localhost:3000")));
  }

  @Test
  void pagesOfAnAllowedOriginMayUseTheServer() {
    try (ServerFixture server = new ServerFixture(withPage())) {
      Answer answer = server.send(HttpMethod.POST, "/v1/jobs", "Origin", PAGE);
      assertEquals(202, answer.status());
      assertEquals(PAGE, answer.headers().get("access-control-allow-origin"));
      assertEquals(
          Set.of("Location", "Retry-After", "X-Request-Id"),
          Set.of(answer.headers().get("access-control-expose-headers").split(", *")));
      assertEquals(
          null,
          server
              .send(HttpMethod.GET, "/v1/policies", "X-Request-Id", "x")
              .headers()
              .get("access-control-allow-origin"));
      for (String other :
          new String[] {
            "https://judge.example.evil.example",
            "http://judge.example",
            "https://JUDGE.example",
            "*"
          }) {
        server.send(HttpMethod.POST, "/v1/jobs", "Origin", other).problem(403);
      }
    }
  }

  @Test
  void browserMayAskBeforehandAndNeedsNoTokenForThat(@TempDir Path folder) {
    Path tokens = folder.resolve("tokens");
    new TokenFile(tokens).create("judge", Role.ADMIN, TokenLimits.NONE, InstantSource.system());
    try (ServerFixture server = new ServerFixture(withPage().withTokens(tokens))) {
      assertEquals(204, ask(server, PAGE, "DELETE").status());
      Answer answer = ask(server, PAGE, "POST");
      assertEquals(PAGE, answer.headers().get("access-control-allow-origin"));
      Set<String> headers =
          Set.of(answer.headers().get("access-control-allow-headers").split(", *"));
      assertTrue(
          headers.containsAll(
              Set.of("Authorization", "Content-Type", "X-Request-Id", "Last-Event-ID")),
          headers::toString);
      assertEquals(
          server.contract().openApi().operations().stream()
              .map(operation -> operation.getHttpMethod().name())
              .collect(Collectors.toSet()),
          Set.of(answer.headers().get("access-control-allow-methods").split(", *")));
      ask(server, "https://evil.example", "POST").problem(403);
      server.send(HttpMethod.POST, "/v1/jobs", "Origin", PAGE).problem(401);
    }
  }

  private static Answer ask(ServerFixture server, String origin, String method) {
    return await(
        server.begin(
            HttpMethod.OPTIONS,
            "/v1/jobs",
            null,
            request ->
                request
                    .putHeader("Origin", origin)
                    .putHeader("Access-Control-Request-Method", method)));
  }

  @Test
  void emptyBodyIsRefused() {
    try (ServerFixture server = new ServerFixture()) {
      assertEquals(
          "body: must be a JSON object, {…}",
          server.post("/v1/jobs", Buffer.buffer()).problem(400).getString("detail"));
    }
  }
}
