package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.api.ServerFixture.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Servers and clients as real programs in one network, over HTTP. */
final class LinkedJobsIT {

  /** Answers one line of each connection in capitals, and says so in a file. */
  private static final String SERVER =
      """
      #include <arpa/inet.h>
      #include <cctype>
      #include <cstdio>
      #include <unistd.h>
      int main() {
        int listener = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_port = htons(8080);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (bind(listener, (sockaddr *) &address, sizeof address) || listen(listener, 8)) return 1;
        for (;;) {
          int peer = accept(listener, nullptr, nullptr);
          char line[100];
          ssize_t count = read(peer, line, sizeof line);
          for (ssize_t i = 0; i < count; i++) line[i] = toupper(line[i]);
          FILE *log = fopen("log.txt", "a");
          fprintf(log, "%zd bytes\\n", count);
          fclose(log);
          write(peer, line, count);
          close(peer);
        }
      }
      """;

  private static final String CLIENT =
      """
      import socket, sys
      with socket.create_connection(("127.0.0.1", 8080)) as peer:
          peer.sendall(sys.stdin.readline().encode())
          print(peer.recv(100).decode(), sys.argv[1])
      """;

  private static RealSandboxes real;
  private static ServerFixture server;

  @BeforeAll
  static void open() {
    real = RealSandboxes.withToolchains(List.of(), "cpp", "python");
    server = new ServerFixture(real.services());
  }

  @AfterAll
  static void close() {
    if (real != null) {
      server.close();
      real.close();
    }
  }

  private static JsonObject named(String name) {
    return new JsonObject().put("name", name);
  }

  private static JsonObject source(String name, String language, String source) {
    return named(name).put("language", language).put("source", source);
  }

  private static JsonObject service(String source) {
    return source("server", "cpp", source).put("service", true);
  }

  private static JsonObject client(String name) {
    return source(name, "python", CLIENT)
        .put("stdin", "hello from " + name + "\n")
        .put("args", new JsonArray().add(name))
        .put("after", new JsonObject().put("program", "server").put("listens", 8080));
  }

  private static JsonObject command(String name, String... command) {
    return named(name).put("command", new JsonArray(List.of(command))).put("policy", "bash");
  }

  private static JsonObject job(JsonObject... programs) {
    return new JsonObject().put("programs", new JsonArray(List.of(programs)));
  }

  private static JsonObject program(JsonObject done, int index) {
    return done.getJsonArray("programs").getJsonObject(index);
  }

  private static List<String> verdicts(JsonObject done) {
    return done.getJsonArray("programs").stream()
        .map(program -> ((JsonObject) program).getString("verdict"))
        .toList();
  }

  @Test
  void clientsInAnotherLanguageReachTheServer() {
    JsonObject done =
        server.done(
            job(
                service(SERVER).put("outputFiles", new JsonArray().add("log.txt")),
                client("one"),
                client("two")));
    assertEquals("OK", done.getString("verdict"), done::encodePrettily);
    assertEquals(List.of("OK", "OK", "OK"), verdicts(done));
    assertEquals(
        "HELLO FROM ONE\n one\n", program(done, 1).getJsonObject("result").getString("stdout"));
    assertEquals(
        "HELLO FROM TWO\n two\n", program(done, 2).getJsonObject("result").getString("stdout"));
    JsonObject ofServer = program(done, 0);
    assertTrue(ofServer.getBoolean("dismissed"));
    assertEquals(
        "15 bytes\n15 bytes\n",
        ofServer
            .getJsonObject("result")
            .getJsonObject("files")
            .getJsonObject("log.txt")
            .getString("content"));
    assertEquals("OK", ofServer.getJsonObject("compile").getString("verdict"));
    assertFalse(ofServer.getJsonObject("compile").getBoolean("cached"));
    for (String key : List.of("language", "command", "policy", "compile", "result", "judgement")) {
      assertNull(done.getValue(key), key);
    }
  }

  @Test
  void aServerThatCrashesIsTheReasonThatItsClientWasNotStarted() {
    JsonObject done = server.done(job(service("int main() { return 3; }"), client("one")));
    assertEquals("NONZERO_EXIT", done.getString("verdict"), done::encodePrettily);
    assertEquals(List.of("NONZERO_EXIT", "NOT_STARTED"), verdicts(done));
    assertEquals(
        "server ended before anybody listened on TCP port 8080",
        program(done, 1).getString("notStarted"));
    assertNull(program(done, 1).getValue("result"));
  }

  @Test
  void aServerThatLeavesWithoutListeningIsNoVerdictButItsClients() {
    JsonObject done = server.done(job(service("int main() {}"), client("one")));
    assertEquals("NOT_STARTED", done.getString("verdict"), done::encodePrettily);
    assertEquals(List.of("OK", "NOT_STARTED"), verdicts(done));
  }

  @Test
  void oneThatIsNotCompiledStartsNone() {
    JsonObject done = server.done(job(service("int main() { return x; }"), client("one")));
    assertEquals("COMPILE_ERROR", done.getString("verdict"), done::encodePrettily);
    assertEquals(List.of("COMPILE_ERROR", "NOT_STARTED"), verdicts(done));
    assertEquals("not compiled: server", program(done, 1).getString("notStarted"));
  }

  @Test
  void aCommandThatIsNotThereIsTheRequestsFault() {
    JsonObject problem =
        server.refused(400, job(command("one", "true"), command("two", "/no/such/program")));
    assertEquals("programs[1].command", problem.getString("field"));
  }

  @Test
  void aCancelledJobEndsAllItsPrograms() {
    Answer accepted =
        server.post("/v1/jobs", job(command("a", "sleep", "100"), command("b", "sleep", "100")));
    assertEquals(202, accepted.status(), () -> accepted.body().toString());
    server.cancelled("/v1/jobs/" + accepted.json().getString("id"));
  }
}
