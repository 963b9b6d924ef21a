package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import dev.stockade.server.api.ServerFixture.Options;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lets a session begin, what it is refused for, and how it ends. */
@Timeout(300)
class SessionsTest {
  private static ServerFixture server;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    server = new ServerFixture();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static String type(JsonObject problem) {
    return problem.getString("type").replace("urn:stockade:problem:", "");
  }

  @Test
  void jobIsAcceptedAndItsResultTold() {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(command("echo", "a"));
      String id = client.answer("accepted").getString("id");
      JsonObject result = client.answer("result");
      assertEquals(id, result.getString("id"));
      assertEquals("OK", result.getString("verdict"));
      assertEquals(1000, client.closeCode());
      assertEquals("done", server.get("/v1/jobs/" + id).json().getString("state"));
      ServerFixture.eventually(
          "counted",
          () ->
              Pattern.compile("route=\"/v1/sessions\",status=\"101\"")
                  .matcher(String.valueOf(server.get("/metrics").body()))
                  .find());
    }
  }

  @Test
  void requestThatIsNoWebSocketIsToldSo() {
    assertEquals("upgrade-needed", type(server.get("/v1/sessions").problem(426)));
    server.get("/v1/sessions?x=1").problem(400);
  }

  @Test
  void pageFromElsewhereIsRefused() {
    JsonObject problem =
        SessionClient.refusal(
            server.port(), options -> options.putHeader("Origin", "https://elsewhere.example"));
    assertEquals("forbidden-origin", type(problem));
    try (SessionClient client =
        new SessionClient(
            server.port(),
            options -> options.putHeader("Origin", "http://127.0.0.1:" + server.port()))) {
      client.say(command("echo")).answer("accepted");
    }
  }

  @Test
  void tokenOfTheRoleSubmitIsNeeded() {
    TokenFile file = new TokenFile(folder.resolve("tokens"));
    String submit =
        file.create("one", Role.SUBMIT, new TokenLimits(0, 1, 0), InstantSource.system());
    String read = file.create("two", Role.READ, TokenLimits.NONE, InstantSource.system());
    try (ServerFixture guarded =
        new ServerFixture(Options.defaults().withTokens(folder.resolve("tokens")))) {
      int port = guarded.port();
      assertEquals("token-needed", type(SessionClient.refusal(port, options -> options)));
      assertEquals(
          "token-needed",
          type(
              SessionClient.refusal(
                  port, options -> options.addSubProtocol("bearer." + submit + "x"))));
      assertEquals(
          "role-needed",
          type(
              SessionClient.refusal(
                  port, options -> options.putHeader("Authorization", "Bearer " + read))));
      // as a page does it
      try (SessionClient client =
          new SessionClient(
              port,
              options ->
                  options
                      .addSubProtocol(SessionHandlers.PROTOCOL)
                      .addSubProtocol("bearer." + submit))) {
        assertEquals(SessionHandlers.PROTOCOL, client.socket.subProtocol());
        client.say(command("block")).answer("accepted");
        guarded.awaitStart();
        try (SessionClient second =
            new SessionClient(
                port, options -> options.putHeader("Authorization", "Bearer " + submit))) {
          second.say(command("echo"));
          assertEquals("too-many-unfinished", type(second.answer("problem")));
          assertEquals(1013, second.closeCode());
        }
      }
      ServerFixture.eventually("cancelled", () -> guarded.runner.cancelled.get() == 1);
      // The subprotocol is a session's alone.
      assertEquals(
          401,
          guarded
              .send(
                  io.vertx.core.http.HttpMethod.GET,
                  "/v1/policies",
                  "Sec-WebSocket-Protocol",
                  "bearer." + submit)
              .status());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                     | body",
        "[]                                    | body",
        "{}                                    | language",
        "{\"command\": []}                     | command",
        "{\"command\": [\"x\"], \"stdin\": \"\"} | stdin",
        "{\"command\": [\"x\"], \"tests\": []} | tests",
        "{\"command\": [\"x\"], \"priority\": 1} | priority",
        "{\"command\": [\"x\"], \"callback\": {\"url\": \"https://h/\"}} | callback",
        "{\"command\": [\"x\"], \"colour\": 1} | colour",
        "{\"command\": [\"x\"], \"terminal\": true} | terminal",
        "{\"command\": [\"x\"], \"terminal\": null} | terminal",
        "{\"command\": [\"x\"], \"terminal\": {}} | terminal.rows",
        "{\"command\": [\"x\"], \"terminal\": {\"rows\": 24}} | terminal.columns",
        "{\"command\": [\"x\"], \"terminal\": {\"rows\": 0, \"columns\": 80}} | terminal.rows",
        "{\"command\": [\"x\"], \"terminal\": {\"rows\": -1, \"columns\": 80}} | terminal.rows",
        "{\"command\": [\"x\"], \"terminal\": {\"rows\": 24, \"columns\": 65536}} | terminal.columns",
        "{\"command\": [\"x\"], \"terminal\": {\"rows\": 24.5, \"columns\": 80}} | terminal.rows",
        "{\"command\": [\"x\"], \"terminal\": {\"rows\": \"24\", \"columns\": 80}} | terminal.rows",
        "{\"command\": [\"x\"], \"terminal\": {\"rows\": 24, \"columns\": 80, \"x\": 1}} | terminal.x",
        "{\"command\": [\"x\"], \"resize\": {\"rows\": 24, \"columns\": 80}} | resize",
        "{\"command\": [\"x\"], \"limits\": {\"wallTime\": \"99h\"}} | limits.wallTime"
      })
  void badFirstMessageIsAProblem(String message, String field) {
    try (SessionClient client = new SessionClient(server.port())) {
      ServerFixture.await(client.socket.writeTextMessage(message));
      JsonObject problem = client.answer("problem");
      assertEquals("invalid-request", type(problem));
      assertEquals(field, problem.getString("field"), problem::encode);
      assertEquals(1008, client.closeCode());
      assertEquals("invalid-request", client.socket.closeReason());
    }
  }

  @Test
  void inputBeforeTheJobIsAProblem() {
    try (SessionClient client = new SessionClient(server.port())) {
      client.input("x");
      assertEquals("body", client.answer("problem").getString("field"));
      assertEquals(1008, client.closeCode());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                               | body",
        "{}                              | body",
        "{\"signal\": \"INT\", \"stdin\": \"eof\"} | body",
        "{\"signal\": \"STOP\"}          | signal",
        "{\"signal\": 2}                 | signal",
        "{\"stdin\": \"text\"}           | stdin",
        "{\"stdin\": {\"base64\": \"?\"}} | stdin.base64",
        "{\"stdin\": {}}                 | stdin",
        "{\"resize\": {\"rows\": 1, \"columns\": 1}} | resize",
        "{\"resize\": {\"rows\": 0, \"columns\": 1}} | resize.rows",
        "{\"resize\": {\"rows\": 1}} | resize.columns",
        "{\"resize\": {\"rows\": 1, \"columns\": 99999999999}} | resize.columns",
        "{\"resize\": {\"rows\": 1.5, \"columns\": 1}} | resize.rows",
        "{\"resize\": [1, 1]} | resize",
        "{\"resize\": null} | resize",
        "{\"resize\": {\"rows\": 1, \"columns\": 1}, \"signal\": \"INT\"} | body",
        "{\"terminal\": {\"rows\": 1, \"columns\": 1}} | terminal",
        "{\"colour\": 1}                 | colour"
      })
  void badLaterMessageEndsTheRun(String message, String field) {
    String word = field + " " + message;
    try (SessionClient client = new SessionClient(server.port())) {
      block(client, word);
      ServerFixture.await(client.socket.writeTextMessage(message));
      JsonObject problem = client.answer("problem");
      assertEquals(field, problem.getString("field"), problem::encode);
      assertEquals(1008, client.closeCode());
    }
    ServerFixture.eventually("cancelled", () -> server.runner.cancelledWords.contains(word));
  }

  /** Has a program block until a worker has begun it: this one, not one of an earlier test. */
  private static void block(SessionClient client, String word) {
    client.say(command("block", word)).answer("accepted");
    ServerFixture.eventually("begun", () -> server.runner.hasBegun(word));
  }

  /** The job says that its output is that of a terminal, and only such a job does. */
  @Test
  void jobOnATerminalSaysSo() {
    JsonObject size = new JsonObject().put("rows", 24).put("columns", 80);
    try (SessionClient client = new SessionClient(server.port())) {
      String id =
          client.say(command("echo", "a").put("terminal", size)).answer("accepted").getString("id");
      assertEquals(true, client.answer("result").getBoolean("terminal"));
      assertEquals(true, server.get("/v1/jobs/" + id).json().getBoolean("terminal"));
    }
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(command("echo", "a")).answer("accepted");
      assertFalse(client.answer("result").containsKey("terminal"));
    }
    assertEquals(
        "terminal",
        server
            .post("/v1/jobs", command("echo").put("terminal", size))
            .problem(400)
            .getString("field"));
  }

  @Test
  void terminalIsResized() {
    JsonObject size = new JsonObject().put("rows", 24).put("columns", 80);
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(command("block", "resized").put("terminal", size)).answer("accepted");
      ServerFixture.eventually("begun", () -> server.runner.hasBegun("resized"));
      client.say(new JsonObject().put("resize", size)).say(new JsonObject().put("signal", "STOP"));
      assertEquals("signal", client.answer("problem").getString("field"));
    }
  }

  @Test
  void inputBehindItsEndIsAProblem() {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(command("block")).answer("accepted");
      client.input("a").say(new JsonObject().put("stdin", "eof")).input("b");
      assertEquals("stdin: has ended", client.answer("problem").getString("detail"));
    }
  }

  @Test
  void faultOfTheSandboxIsAProblem() {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(command("fault")).answer("accepted");
      assertEquals("sandbox-error", type(client.answer("problem")));
      assertEquals(1011, client.closeCode());
    }
  }

  @Test
  void clientThatGoesAwayEndsItsRun() {
    try (SessionClient client = new SessionClient(server.port())) {
      block(client, "left");
    }
    ServerFixture.eventually("cancelled", () -> server.runner.cancelledWords.contains("left"));
  }

  @Test
  void cancelledJobEndsTheSession() {
    try (SessionClient client = new SessionClient(server.port())) {
      String id = client.say(command("block", "cancelled")).answer("accepted").getString("id");
      ServerFixture.eventually("begun", () -> server.runner.hasBegun("cancelled"));
      server.delete("/v1/jobs/" + id).job(200, "cancelled");
      JsonObject result = client.answer("result");
      assertEquals("cancelled", result.getString("state"));
      assertNull(result.getValue("verdict"));
      assertEquals(1000, client.closeCode());
    }
  }

  /** Workers and the queue are those of all jobs. */
  @Test
  void sessionsTakeWorkersAndPlacesInTheQueue() {
    try (ServerFixture small = new ServerFixture()) {
      List<SessionClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < ServerFixture.WORKERS + ServerFixture.QUEUE; i++) {
          SessionClient client = new SessionClient(small.port());
          clients.add(client);
          client.say(command("block")).answer("accepted");
        }
        try (SessionClient client = new SessionClient(small.port())) {
          client.say(command("echo"));
          assertEquals("queue-full", type(client.answer("problem")));
          assertEquals(1013, client.closeCode());
        }
      } finally {
        clients.forEach(SessionClient::close);
      }
    }
  }

  /** None of them says anything, which each may do for as long as opening all of them takes. */
  @Test
  void noMoreThanSoManyAreOpen() {
    Options patient =
        Options.defaults()
            .withBodies(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(64), Duration.ofMinutes(10));
    try (ServerFixture one = new ServerFixture(patient)) {
      List<SessionClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < SessionHandlers.MOST_OPEN; i++) {
          clients.add(new SessionClient(one.port()));
        }
        assertEquals(
            "too-many-sessions", type(SessionClient.refusal(one.port(), options -> options)));
        clients.remove(0).close();
        ServerFixture.eventually("a place is free", () -> begins(one.port()));
      } finally {
        clients.forEach(SessionClient::close);
      }
    }
  }

  private static boolean begins(int port) {
    try (SessionClient client = new SessionClient(port)) {
      client.say(command("echo")).answer("accepted");
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  @Test
  void firstMessageMustComeInTime() {
    Options hasty =
        Options.defaults()
            .withBodies(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(1), Duration.ofMillis(200));
    try (ServerFixture quick = new ServerFixture(hasty);
        SessionClient client = new SessionClient(quick.port())) {
      assertEquals("body-timeout", type(client.answer("problem")));
      assertEquals(1008, client.closeCode());
    }
  }

  @Test
  void messagesAreBounded() {
    try (SessionClient client = new SessionClient(server.port())) {
      block(client, "halves");
      Buffer half = Buffer.buffer(new byte[SessionHandlers.MESSAGE_BYTES / 2 + 1]);
      client.socket.writeFrame(WebSocketFrame.binaryFrame(half, false));
      client.socket.writeFrame(WebSocketFrame.continuationFrame(half, true));
      assertEquals("body-too-large", type(client.answer("problem")));
      assertEquals(1009, client.closeCode());
    }
    ServerFixture.eventually("cancelled", () -> server.runner.cancelledWords.contains("halves"));
    try (SessionClient client = new SessionClient(server.port())) {
      block(client, "whole");
      Buffer large = Buffer.buffer(new byte[SessionHandlers.MESSAGE_BYTES + 1]);
      client.socket.writeFrame(WebSocketFrame.binaryFrame(large, true));
      client.closeCode();
    }
    ServerFixture.eventually("cancelled", () -> server.runner.cancelledWords.contains("whole"));
  }

  /** All that jobs and sessions bring counts for one budget. */
  @Test
  void inputIsWithinTheBudget() {
    Options tight =
        Options.defaults()
            .withBodies(ByteSize.ofKibibytes(1), ByteSize.ofKibibytes(1), Duration.ofSeconds(30));
    try (ServerFixture small = new ServerFixture(tight);
        SessionClient client = new SessionClient(small.port())) {
      client.say(command("block", "x".repeat(700))).answer("accepted");
      try (SessionClient second = new SessionClient(small.port())) {
        second.say(command("echo", "x".repeat(700)));
        assertEquals("queue-full", type(second.answer("problem")));
      }
      small.runner.released.release();
      client.answer("result");
      try (SessionClient third = new SessionClient(small.port())) {
        third.say(command("echo", "x".repeat(700))).answer("accepted"); // given back
      }
      try (SessionClient fourth = new SessionClient(small.port())) {
        fourth.say(command("echo", "x".repeat(1024)));
        assertEquals("body-too-large", type(fourth.answer("problem")));
        assertEquals(1009, fourth.closeCode());
      }
    }
  }

  @Test
  void drainingServerEndsSessions() {
    ServerFixture ending =
        new ServerFixture(Options.defaults().withDrainTime(Duration.ofMillis(100)));
    try (SessionClient client = new SessionClient(ending.port())) {
      client.say(command("block")).answer("accepted");
      ending.awaitStart();
      ending.server.close();
      assertEquals("cancelled", client.answer("result").getString("state"));
      assertTrue(client.closeCode() > 0);
    } finally {
      ending.close();
    }
  }
}
