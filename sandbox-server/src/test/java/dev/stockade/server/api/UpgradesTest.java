package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that would become a session and are none: refused with a problem, at no cost. */
@Timeout(300)
class UpgradesTest {
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  private static final String VERSION = "Sec-WebSocket-Version: 13";

  private static ServerFixture server;

  private final List<RawClient> clients = new ArrayList<>();

  @BeforeAll
  static void open() {
    server = new ServerFixture();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @AfterEach
  void hangUp() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private RawClient upgrade(String... lines) throws IOException {
    RawClient client = new RawClient(server.port());
    clients.add(client);
    List<String> head =
        new ArrayList<>(
            List.of(
                "GET " + SessionHandlers.PATH + " HTTP/1.1",
                "Host: localhost",
                "Connection: Upgrade",
                "Upgrade: websocket"));
    head.addAll(List.of(lines));
    return client.head(head.toArray(new String[0]));
  }

  private static void assertProblem(int status, RawClient client) throws IOException {
    String head = client.readHead();
    assertTrue(head.startsWith("HTTP/1.1 " + status), head);
    assertTrue(head.contains(Problem.CONTENT_TYPE), head);
  }

  /** A body that does not come would keep one of the few places for as long as it likes. */
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 9000", "Transfer-Encoding: chunked"})
  void bodyTakesNoPlaceOfASession(String body) throws IOException {
    for (int i = 0; i < SessionHandlers.MOST_OPEN; i++) {
      assertProblem(400, upgrade(KEY, VERSION, body));
    }
    try (SessionClient session = new SessionClient(server.port())) {
      session.say(command("echo", "a")).answer("accepted");
    }
  }

  @Test
  void withoutAKeyIsAProblem() throws IOException {
    assertProblem(400, upgrade(VERSION));
  }

  @Test
  void otherVersionIsAProblem() throws IOException {
    assertProblem(426, upgrade(KEY, "Sec-WebSocket-Version: 12"));
    assertProblem(426, upgrade(KEY));
  }

  @Test
  void connectionThatIsKeptIsAProblem() throws IOException {
    RawClient client = new RawClient(server.port());
    clients.add(client);
    client.head(
        "GET " + SessionHandlers.PATH + " HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        KEY,
        VERSION);
    assertProblem(400, client);
  }
}
