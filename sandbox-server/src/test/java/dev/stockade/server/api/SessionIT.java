package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.job.Language;
import dev.stockade.server.worker.CompileCache;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a WebSocket to real programs in real sandboxes, and back, while they run. */
@Timeout(600)
final class SessionIT {
  private static final JsonObject EOF = new JsonObject().put("stdin", "eof");
  private static RealSandboxes real;
  private static ServerFixture server;

  @BeforeAll
  static void open() {
    List<Language> all =
        List.of(
            new ScriptLanguage("interpreted", Optional.empty(), "sh"),
            new ScriptLanguage("copied", Optional.of("cp main.sh program"), ""));
    real = RealSandboxes.with(all, CompileCache.ofSize(ByteSize.ofMebibytes(8)));
    server = new ServerFixture(real.services());
  }

  @AfterAll
  static void close() {
    if (real != null) {
      server.close();
      real.close();
    }
  }

  private static JsonObject sh(String script) {
    return command("sh", "-c", script).put("limits", new JsonObject().put("wallTime", "100s"));
  }

  private static JsonObject signal(String name) {
    return new JsonObject().put("signal", name);
  }

  @Test
  void programIsTalkedWith() throws Exception {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(sh("while read -r word; do echo \"<$word>\"; done; echo over >&2; exit 3"));
      client.answer("accepted");
      client.input("one\n").hear("<one>\n");
      client.say(new JsonObject().put("stdin", new JsonObject().put("content", "h\u00e9\n")));
      client.hear("<one>\n<h\u00e9>\n");
      client.say(new JsonObject().put("stdin", new JsonObject().put("base64", "eAo="))).say(EOF);
      JsonObject result = client.answer("result").getJsonObject("result");
      assertEquals("NONZERO_EXIT", result.getString("verdict"));
      assertEquals(3, result.getInteger("exitCode"));
      assertEquals("<one>\n<h\u00e9>\n<x>\n", client.text());
      assertEquals("<one>\n<h\u00e9>\n<x>\n", result.getString("stdout"));
      assertEquals("over\n", client.errors());
      assertEquals(1000, client.closeCode());
    }
  }

  @Test
  void languagesAreCompiledFirst() {
    for (String language : List.of("interpreted", "copied")) {
      try (SessionClient client = new SessionClient(server.port())) {
        client.say(
            new JsonObject()
                .put("language", language)
                .put("source", "#!/bin/sh\nread -r a\nread -r b\necho \"$b$a\"\n"));
        client.answer("accepted");
        client.input("1\n").input("2\n");
        assertEquals("OK", client.answer("result").getString("verdict"));
        assertEquals("21\n", client.text());
      }
    }
  }

  @Test
  void signalsReachTheProgram() throws Exception {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(sh("trap 'echo caught' INT; echo ready; while :; do read -r x; done"));
      client.answer("accepted");
      client.hear("ready\n");
      client.say(signal("INT")).input("\n").hear("ready\ncaught\n");
      client.say(signal("KILL"));
      JsonObject result = client.answer("result").getJsonObject("result");
      assertEquals("SIGNALED", result.getString("verdict"));
      assertEquals(9, result.getInteger("signal"));
    }
  }

  @Test
  void clientThatGoesAwayEndsItsRun() throws Exception {
    String id;
    try (SessionClient client = new SessionClient(server.port())) {
      id = client.say(sh("echo ready; cat")).answer("accepted").getString("id");
      client.hear("ready\n");
    }
    ServerFixture.eventually(
        "cancelled",
        () -> server.get("/v1/jobs/" + id).json().getString("state").equals("cancelled"));
  }

  /** Nothing more is read from it, so that only what is written to it can show that it has gone. */
  @Test
  void clientThatGoesAwayWhileItIsNotReadEndsItsRun() throws Exception {
    String id;
    try (RawClient client = new RawClient(server.port())) {
      client.head(
          "GET /v1/sessions HTTP/1.1",
          "Host: localhost",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
      assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
      client.send(
          frame(1, sh("sleep 100 # " + "x".repeat(126)).encode().getBytes(StandardCharsets.UTF_8)));
      id = client.readUntil("}}").replaceFirst("(?s).*\"id\":\"([0-9a-f]+)\".*", "$1");
      for (int i = 0; i < 3; i++) {
        client.send(frame(2, new byte[60_000]));
      }
      ServerFixture.eventually(
          "running",
          () -> server.get("/v1/jobs/" + id).json().getString("state").equals("running"));
    }
    String state;
    while (!(state = server.get("/v1/jobs/" + id).json().getString("state")).equals("cancelled")) {
      assertEquals("running", state);
      Thread.sleep(100);
    }
  }

  /** A masked frame of 126 bytes or more, RFC 6455 section 5.2; the mask is 0. */
  private static byte[] frame(int opcode, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(8 + payload.length);
    frame.put((byte) (0x80 | opcode)).put((byte) (0x80 | 126)).putShort((short) payload.length);
    return frame.putInt(0).put(payload).array();
  }

  /**
   * The program of a client that does not read waits, until its time is over. It begins when it is
   * told to: by then nobody reads.
   */
  @Test
  void clientThatDoesNotReadHoldsItsProgramUp() {
    JsonObject flood = command("sh", "-c", "read -r go; exec head -c 60000000 /dev/zero");
    flood.put("limits", new JsonObject().put("wallTime", "5s").put("output", "64MiB"));
    try (SessionClient client = new SessionClient(server.port())) {
      String id = client.say(flood).answer("accepted").getString("id");
      client.socket.pause();
      client.input("go\n");
      ServerFixture.eventually(
          "ended", () -> server.get("/v1/jobs/" + id).json().getString("state").equals("done"));
      JsonObject job = server.get("/v1/jobs/" + id).json();
      assertEquals("WALL_TIME_LIMIT", job.getString("verdict"));
      int written = job.getJsonObject("result").getInteger("stdoutBytes");
      assertTrue(written < 40_000_000, () -> written + " bytes were held somewhere");
    }
  }

  /** All that a program writes comes to a client that reads, in order, however much it is. */
  @Test
  void everythingComesToAClientThatReads() {
    JsonObject much = sh("seq 1 1000000");
    much.getJsonObject("limits").put("output", "16MiB");
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(much).answer("accepted");
      JsonObject result = client.answer("result").getJsonObject("result");
      assertEquals(6_888_896, result.getInteger("stdoutBytes"));
      assertEquals(result.getString("stdout"), client.text());
    }
  }

  /** The program takes its time; what it is sent waits in sockets, not in the server. */
  @Test
  void everythingComesToAProgramThatReads() throws Exception {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(sh("read -r go; wc -c")).answer("accepted");
      client.input("go\n");
      for (int i = 0; i < 200; i++) {
        client.socket.writeBinaryMessage(Buffer.buffer(new byte[100_000]));
      }
      client.say(EOF);
      client.hear("20000000\n");
    }
  }

  private static JsonObject size(int rows, int columns) {
    return new JsonObject().put("rows", rows).put("columns", columns);
  }

  /** It waits for the signal outside of {@code read}, which dash ends with it, and the loop too. */
  @Test
  void programHasATerminal() throws Exception {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(
          sh("""
                  trap 'stty size; resized=1' WINCH
                  stty size
                  echo err >&2
                  read -r x
                  echo "<$x>"
                  until [ "$resized" ]; do sleep 0.05; done
                  cat
                  """)
              .put("terminal", size(24, 80)));
      client.answer("accepted");
      client.hear("24 80\r\nerr\r\n");
      client.input("key\r").hear("24 80\r\nerr\r\nkey\r\n<key>\r\n");
      client.say(new JsonObject().put("resize", size(50, 132)));
      client.hear("24 80\r\nerr\r\nkey\r\n<key>\r\n50 132\r\n");
      client.say(EOF);
      JsonObject job = client.answer("result");
      assertEquals("OK", job.getString("verdict"));
      assertEquals(true, job.getBoolean("terminal"));
      assertEquals(client.text(), job.getJsonObject("result").getString("stdout"));
      assertEquals(0, job.getJsonObject("result").getInteger("stderrBytes"));
      assertEquals("", client.errors());
    }
  }

  /** Its other sandbox is not touched: the next run of the same policy has pipes. */
  @Test
  void terminalIsOnlyForWhoeverAsksForIt() throws Exception {
    JsonObject ask = sh("test -t 0 && test -t 1 && test -t 2 && echo terminal || echo pipes");
    for (boolean terminal : new boolean[] {true, false, true}) {
      JsonObject first = ask.copy();
      if (terminal) {
        first.put("terminal", size(1, 65_535));
      }
      try (SessionClient client = new SessionClient(server.port())) {
        client.say(first).answer("accepted");
        client.answer("result");
        assertEquals(terminal ? "terminal\r\n" : "pipes\n", client.text());
      }
    }
  }

  @Test
  void compiledProgramHasATerminal() {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(
          new JsonObject()
              .put("language", "copied")
              .put("source", "#!/bin/sh\nstty size\n")
              .put("terminal", size(7, 8)));
      client.answer("accepted");
      assertEquals("OK", client.answer("result").getString("verdict"));
      assertEquals("7 8\r\n", client.text());
    }
  }

  /**
   * The kernel sends the signal first and echoes its key then: the programs may be between, and the
   * echo may come within a line, before its end.
   */
  @Test
  void controlKeysReachForegroundProcesses() throws Exception {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(
          sh("trap 'echo caught' INT; sh -c 'echo ready; exec sleep 100'; echo over; read more")
              .put("terminal", size(24, 80)));
      client.answer("accepted");
      client.hear("ready\r\n");
      client.input("\u0003");
      client.hearWithEcho("^C", "ready\r\ncaught\r\nover\r\n");
      client.input("\n");
      assertEquals("OK", client.answer("result").getString("verdict"));
    }
  }

  @Test
  void programThatIsNotThereIsAProblem() {
    try (SessionClient client = new SessionClient(server.port())) {
      client.say(command("/no/such")).answer("accepted");
      assertEquals("command", client.answer("problem").getString("field"));
      assertEquals(1008, client.closeCode());
    }
  }
}
