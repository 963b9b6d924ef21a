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
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.api.ServerFixture.Options;
import dev.stockade.server.files.FileLimits;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stored files over HTTP. */
@Timeout(300)
class FilesTest {
  private static final FileLimits SMALL =
      new FileLimits(ByteSize.ofBytes(1000), ByteSize.ofBytes(1500), Duration.ofHours(1));
  @TempDir private Path folder;

  private static long storedBytes(ServerFixture server) {
    return String.valueOf(server.get("/metrics").body())
        .lines()
        .filter(line -> line.startsWith("stockade_files_bytes"))
        .mapToLong(line -> (long) Double.parseDouble(line.replaceFirst(".* ", "")))
        .sum();
  }

  @Test
  void fileIsStoredFetchedAndDeleted() {
    byte[] large = bytes(3_000_000);
    try (ServerFixture server = new ServerFixture()) {
      for (byte[] content : List.of(HELLO, large)) {
        String path = pathOf(content);
        server.get(path).problem(404);
        Answer created = put(server, content);
        assertEquals(201, created.status());
        assertEquals(stored(sha256(content)).put("bytes", content.length), created.json());
        Answer again = put(server, content);
        assertEquals(200, again.status());
        assertEquals(created.json(), again.json());
        Answer fetched = server.get(path);
        assertEquals(200, fetched.status());
        assertEquals("application/octet-stream", fetched.headers().get("content-type"));
        assertEquals(String.valueOf(content.length), fetched.headers().get("content-length"));
        assertArrayEquals(content, bytesOf(fetched));
        Answer head = await(server.begin(HttpMethod.HEAD, path, null));
        assertEquals(200, head.status());
        assertEquals(String.valueOf(content.length), head.headers().get("content-length"));
        assertEquals(204, server.delete(path).status());
        server.delete(path).problem(404);
        assertEquals(404, await(server.begin(HttpMethod.HEAD, path, null)).status());
      }
      assertEquals(0, storedBytes(server));
    }
  }

  private static byte[] bytesOf(Answer answer) {
    assertNotNull(answer.body());
    return answer.body().getBytes();
  }

  /**
   * Found by {@link GeneratedRequestsTest}, {@code -Dstockade.seed=-5711892614052576049}: a file
   * that was deleted between being found and being held was answered with 500.
   */
  @Test
  void fileThatIsDeletedWhileItIsFetchedIsFetchedOrNotThere() {
    try (ServerFixture server = new ServerFixture()) {
      for (int round = 0; round < 300; round++) {
        put(server, HELLO);
        List<Future<Answer>> fetched = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          fetched.add(server.begin(HttpMethod.GET, pathOf(HELLO), null));
          if (i == 2) {
            fetched.add(server.begin(HttpMethod.DELETE, pathOf(HELLO), null));
          }
        }
        for (Future<Answer> each : fetched) {
          int status = await(each).status();
          assertTrue(Set.of(200, 204, 404, 409).contains(status), () -> "status " + status);
        }
      }
    }
  }

  @Test
  void emptyFileIsAFile() throws IOException {
    byte[] nothing = {};
    try (ServerFixture server = new ServerFixture();
        RawClient client = new RawClient(server.port())) {
      assertEquals(201, put(server, nothing).status());
      client.head("GET " + pathOf(nothing) + " HTTP/1.1", "Host: localhost", "Connection: close");
      String answer = client.readAll();
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.toLowerCase(Locale.ROOT).contains("content-length: 0\r\n"), answer);
      assertTrue(answer.endsWith("\r\n\r\n"), answer);
      JsonObject job = command("cat").put("stdin", stored(sha256(nothing)));
      JsonObject result =
          server.post("/v1/jobs?wait=60s", job).job(200, "done").getJsonObject("result");
      assertEquals("", result.getString("stdout"));
    }
  }

  @Test
  void otherHashIsRefusedAndNothingIsLeft() {
    try (ServerFixture server = new ServerFixture()) {
      JsonObject problem = put(server, "/v1/files/" + ABSENT, HELLO).problem(422);
      assertEquals("urn:stockade:problem:other-hash", problem.getString("type"));
      assertEquals("sha256", problem.getString("field"));
      assertTrue(problem.getString("detail").contains(HELLO_HASH), problem::encode);
      server.get("/v1/files/" + ABSENT).problem(404);
      assertEquals(0, storedBytes(server));
    }
  }

  @Test
  void boundsAreKept() throws IOException {
    try (ServerFixture server = new ServerFixture(Options.defaults().withFiles(SMALL))) {
      assertEquals(
          "urn:stockade:problem:body-too-large",
          put(server, bytes(1001)).problem(413).getString("type"));
      try (RawClient client = new RawClient(server.port())) {
        // At once: the server hangs up a second after its answer.
        client.send(
            "PUT /v1/files/"
                + ABSENT
                + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
                + "\0".repeat(1001)
                + "\r\n0\r\n\r\n");
        assertTrue(client.readHead().startsWith("HTTP/1.1 413 "));
      }
      assertEquals(201, put(server, bytes(1000)).status());
      assertEquals(
          "urn:stockade:problem:files-full",
          put(server, bytes(501)).problem(507).getString("type"));
      assertEquals(201, put(server, bytes(500)).status());
      assertEquals(200, put(server, bytes(1000)).status());
      assertEquals(204, server.delete(pathOf(bytes(1000))).status());
      assertEquals(201, put(server, bytes(501)).status());
      assertEquals(1001, storedBytes(server));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "%2e%2e%2fjobs.db",
        "0000%00",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "000000000000000000000000000000000000000000000000000000000000000"
      })
  void whatIsNoHashIsRefused(String name) {
    try (ServerFixture server = new ServerFixture()) {
      for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE)) {
        Buffer body = method.equals(HttpMethod.PUT) ? Buffer.buffer("x") : null;
        JsonObject problem = await(server.begin(method, "/v1/files/" + name, body)).problem(400);
        assertEquals("sha256", problem.getString("field"));
      }
      put(server, pathOf(HELLO) + "?x=1", HELLO).problem(400);
    }
  }

  @Test
  void clientThatWaitsForContinueSendsWhatIsNotThere() throws IOException {
    try (ServerFixture server = new ServerFixture();
        RawClient first = new RawClient(server.port());
        RawClient second = new RawClient(server.port())) {
      String[] head = {
        "PUT " + pathOf(HELLO) + " HTTP/1.1",
        "Host: localhost",
        "Content-Length: 5",
        "Expect: 100-continue"
      };
      first.head(head);
      assertTrue(first.readHead().startsWith("HTTP/1.1 100 "));
      first.send(HELLO);
      assertTrue(first.readHead().startsWith("HTTP/1.1 201 "));
      second.head(head);
      assertTrue(second.readHead().startsWith("HTTP/1.1 200 "));
    }
  }

  private static byte[] headOf(byte[] content) {
    String head =
        "PUT "
            + pathOf(content)
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + content.length
            + "\r\n\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  private static RawClient half(ServerFixture server, int length) throws IOException {
    String head = new String(headOf(bytes(length)), StandardCharsets.US_ASCII);
    // At once: however slow this machine is, the server's time begins when both are there.
    return new RawClient(server.port()).send(head + "\0".repeat(length / 2));
  }

  @Test
  void brokenUploadsCostNoWorkerAndLeaveNothing() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try (ServerFixture server = new ServerFixture()) {
      try {
        for (int i = 0; i < 20; i++) {
          clients.add(half(server, 1000));
        }
        eventually("all halves are there", () -> storedBytes(server) == 20 * 500);
        for (int i = 0; i < 10; i++) {
          server.post("/v1/jobs?wait=60s", command("echo", "x")).job(200, "done");
        }
        assertEquals(201, put(server, HELLO).status());
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
      eventually("nothing is left", () -> storedBytes(server) == HELLO.length);
    }
  }

  @Test
  void slowUploadsAreCutOffAndLeaveNothing() throws IOException {
    Options quick =
        Options.defaults()
            .withBodies(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(16), Duration.ofMillis(500));
    try (ServerFixture server = new ServerFixture(quick)) {
      for (int i = 0; i < 3; i++) {
        try (RawClient client = half(server, 1000)) {
          assertTrue(client.readHead().startsWith("HTTP/1.1 408 "));
        }
      }
      eventually("nothing is left", () -> storedBytes(server) == 0);
    }
  }

  /** A second for each 256 KiB: what is large, and comes on, is not cut off. */
  @Test
  void uploadThatBringsEnoughMayTakeLonger() throws Exception {
    Duration bodyTime = Duration.ofSeconds(2);
    Options quick =
        Options.defaults().withBodies(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(16), bodyTime);
    byte[] content = bytes(16 << 20);
    try (ServerFixture server = new ServerFixture(quick);
        RawClient client = new RawClient(server.port())) {
      ByteArrayOutputStream most = new ByteArrayOutputStream();
      most.writeBytes(headOf(content));
      most.write(content, 0, content.length - 1);
      client.send(most.toByteArray()); // the first bytes with the head, behind which time passes
      Thread.sleep(bodyTime.multipliedBy(2).toMillis());
      client.send(new byte[] {content[content.length - 1]});
      assertTrue(client.readHead().startsWith("HTTP/1.1 201 "));
    }
  }

  /** In pieces, so that both would write at one time. */
  @Test
  void sameFileFromTwoAtOnceIsStoredOnce() throws IOException {
    byte[] content = bytes(100_000);
    try (ServerFixture server = new ServerFixture();
        RawClient first = new RawClient(server.port());
        RawClient second = new RawClient(server.port())) {
      for (RawClient client : List.of(first, second)) {
        client.head(
            "PUT " + pathOf(content) + " HTTP/1.1", "Host: localhost", "Content-Length: 100000");
        client.send(Arrays.copyOf(content, 50_000));
      }
      eventually("both halves are there", () -> storedBytes(server) == 100_000);
      byte[] rest = Arrays.copyOfRange(content, 50_000, 100_000);
      second.send(rest);
      assertTrue(second.readHead().startsWith("HTTP/1.1 201 "));
      first.send(rest);
      assertTrue(first.readHead().startsWith("HTTP/1.1 200 "));
      eventually("one is left", () -> storedBytes(server) == 100_000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SUBMIT,PUT,201",
    "SUBMIT,GET,404",
    "SUBMIT,DELETE,403",
    "READ,PUT,403",
    "READ,GET,404",
    "READ,HEAD,404",
    "READ,DELETE,403",
    "ADMIN,PUT,201",
    "ADMIN,DELETE,404"
  })
  void roleSaysWhatATokenMayDo(Role role, String method, int status) {
    Path tokens = folder.resolve("tokens");
    String token =
        new TokenFile(tokens).create("one", role, TokenLimits.NONE, InstantSource.system());
    try (ServerFixture server = new ServerFixture(Options.defaults().withTokens(tokens))) {
      assertEquals(401, server.get(pathOf(HELLO)).status());
      Buffer body = method.equals("PUT") ? Buffer.buffer(HELLO) : null;
      Answer answer =
          await(
              server.begin(
                  HttpMethod.valueOf(method),
                  pathOf(HELLO),
                  body,
                  request -> request.putHeader("Authorization", "Bearer " + token)));
      assertEquals(status, answer.status());
    }
  }

  /** Clients that take nothing: their connections wait, and nobody else does. */
  @Test
  void slowDownloadsKeepNobodyWaiting() throws IOException {
    byte[] large = bytes(8 << 20);
    List<RawClient> clients = new ArrayList<>();
    try (ServerFixture server = new ServerFixture()) {
      put(server, large);
      try {
        for (int i = 0; i < 40; i++) {
          RawClient client = RawClient.withLittleRoom(server.port(), 4096);
          clients.add(client);
          client.head("GET " + pathOf(large) + " HTTP/1.1", "Host: localhost");
          assertTrue(client.readHead().startsWith("HTTP/1.1 200 "));
        }
        assertArrayEquals(large, bytesOf(server.get(pathOf(large))));
        server.post("/v1/jobs?wait=60s", command("echo", "x")).job(200, "done");
        assertEquals(204, server.delete(pathOf(large)).status());
        assertEquals(201, put(server, HELLO).status());
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }
}
