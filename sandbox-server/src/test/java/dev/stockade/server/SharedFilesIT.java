package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.store.OwnPostgresql;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that share a real PostgreSQL, stored files and all, and whose heaps are smaller than one
 * of the files.
 */
@Timeout(1800)
final class SharedFilesIT {
  private static final int LARGE = 100 << 20;
  private static final ByteSize HEAP = ByteSize.ofMebibytes(96);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /**
   * For half a second after its last use HikariCP takes a connection for alive without a look:
   * whoever is next, after an outage as short as that, is answered with 503.
   */
  private static final Duration TRUSTED = Duration.ofSeconds(1);

  @TempDir private static Path databases;
  private static OwnPostgresql postgres;

  @TempDir private Path folder;
  private FileClient client;
  private String url;

  @BeforeAll
  static void start() throws IOException {
    SandboxNeeds.defaultPolicy();
    postgres = OwnPostgresql.start(databases);
  }

  @AfterAll
  static void stop() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  @BeforeEach
  void open() {
    client = new FileClient(folder);
    url = postgres.newDatabase();
  }

  private ServerProcess server() throws IOException {
    return ServerProcess.withHeap(
        HEAP, "--database", url, "--data", folder.resolve("copies").toString());
  }

  private static JsonObject digestOf(FileClient.Local file) {
    return FileClient.command("python3", "-c", FileClient.DIGEST, "/dev/stdin")
        .put("stdin", FileClient.stored(file));
  }

  private long count(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertTrue(rows.next());
      return rows.getLong(1);
    }
  }

  private static void eventually(String what, Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.call()) {
      assertTrue(System.nanoTime() < end, what);
      Thread.sleep(5);
    }
  }

  private int status(ServerProcess server, String method, FileClient.Local file) throws Exception {
    return client.send(server, method, file.place(), BodyPublishers.noBody()).statusCode();
  }

  @Test
  void fileLargerThanTheHeapOutlivesItsServerAndRunsAtAnother() throws Exception {
    FileClient.Local large = client.random("large", LARGE);
    try (ServerProcess first = server();
        ServerProcess second = server()) {
      client.put(first, large, 201);
      first.kill();
      assertEquals(large.sha256(), FileClient.stdout(client.run(second, digestOf(large))));
      assertEquals(large.sha256(), client.fetch(second, large));
      client.put(second, large, 200);
    }
  }

  @Test
  void fileIsHeldAndDeletedForAllServers() throws Exception {
    FileClient.Local file = client.random("file", 700_000);
    try (ServerProcess first = server();
        ServerProcess second = server()) {
      client.put(first, file, 201);
      JsonObject slow = FileClient.command("sh", "-c", "read line; sleep 100");
      String id = client.accept(first, slow.put("stdin", FileClient.stored(file)));
      assertEquals(409, status(second, "DELETE", file));
      client.send(first, "DELETE", "/v1/jobs/" + id, BodyPublishers.noBody());
      eventually("the job has ended", () -> status(second, "DELETE", file) == 204);
      assertEquals(404, status(first, "GET", file));
      HttpResponse<String> refused =
          client.send(first, "POST", "/v1/jobs", BodyPublishers.ofString(digestOf(file).encode()));
      assertEquals(400, refused.statusCode(), refused.body());
    }
  }

  @Test
  void clientThatWaitsHasItsJobRunAndACheckerItsFiles() throws Exception {
    FileClient.Local file = client.random("file", 700_000);
    try (ServerProcess first = server();
        ServerProcess second = server()) {
      client.put(first, file, 201);
      HttpResponse<String> answer =
          client.send(
              second,
              "POST",
              "/v1/jobs?wait=60s",
              BodyPublishers.ofString(digestOf(file).encode()));
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals(file.sha256(), FileClient.stdout(new JsonObject(answer.body())));
      JsonObject test =
          new JsonObject()
              .put("stdin", FileClient.stored(file))
              .put("expected", FileClient.stored(file));
      JsonObject judged =
          client.run(
              second,
              FileClient.command("cat")
                  .put("checker", new JsonObject().put("type", "exact"))
                  .put("tests", new JsonArray().add(test)));
      assertEquals(
          "ACCEPTED",
          judged
              .getJsonObject("judgement")
              .getJsonArray("tests")
              .getJsonObject(0)
              .getString("verdict"));
    }
  }

  /** Such a job is in the database for its file alone. */
  @Test
  void clientThatHangsUpCancelsTheJobThatItWaitsFor() throws Exception {
    FileClient.Local file = client.random("file", 700_000);
    try (ServerProcess first = server();
        ServerProcess second = server()) {
      client.put(first, file, 201);
      String job =
          FileClient.command("sh", "-c", "read line; sleep 100")
              .put("stdin", FileClient.stored(file))
              .encode();
      URI address = URI.create(first.address());
      try (Socket socket = new Socket(address.getHost(), address.getPort())) {
        String request =
            "POST /v1/jobs?wait=60s HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + job.length()
                + "\r\n\r\n"
                + job;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        eventually("it runs", () -> count("SELECT count(*) FROM job WHERE state = 'RUNNING'") == 1);
        assertEquals(409, status(second, "DELETE", file));
      }
      eventually(
          "it is cancelled",
          () -> count("SELECT count(*) FROM job WHERE state = 'CANCELLED'") == 1);
      assertEquals(204, status(second, "DELETE", file));
    }
  }

  /** Of the lock that whoever stores takes behind its chunks: {@code SqlFiles.ROOM_LOCK}. */
  private static final long ROOM_LOCK = 0x73746f636b616465L;

  /**
   * SIGKILL, once while the client sends and once while the database is sent to: it gets no further
   * before, for what it needs then is locked here.
   */
  @Test
  void serverThatIsKilledWhileItStoresLeavesNothing() throws Exception {
    FileClient.Local half = client.random("half", 100_000);
    FileClient.Local large = client.random("large", LARGE);
    try (ServerProcess second = server()) {
      try (Connection room = DriverManager.getConnection(url);
          Statement lock = room.createStatement();
          ServerProcess first = server()) {
        lock.execute("SELECT pg_advisory_lock(" + ROOM_LOCK + ")");
        URI address = URI.create(first.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
          String head =
              "PUT "
                  + half.place()
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n";
          socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
          socket.getOutputStream().write(new byte[50_000]);
          CompletableFuture<HttpResponse<String>> answer = client.beginPut(first, large);
          eventually("chunks are on their way", this::chunksAreComing);
          first.kill();
          assertTrue(answer.handle((done, failure) -> failure != null).get(), "not accepted");
        }
      }
      eventually("the database has seen that the connection is broken", () -> !chunksAreComing());
      assertEquals(0, count("SELECT count(*) FROM file"));
      assertEquals(0, count("SELECT count(*) FROM file_chunk"));
      assertEquals(404, status(second, "GET", large));
      client.put(second, half, 201);
      client.put(second, large, 201);
      assertEquals(large.sha256(), client.fetch(second, large));
    }
  }

  private boolean chunksAreComing() throws SQLException {
    return count(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND xact_start IS NOT NULL AND (query LIKE 'INSERT INTO file_chunk%'"
                + " OR query LIKE 'SELECT pg_advisory_xact_lock%')")
        > 0;
  }

  @Test
  void damagedChunkIsNoticed() throws Exception {
    FileClient.Local file = client.random("file", 700_000);
    try (ServerProcess first = server();
        ServerProcess second = server()) {
      client.put(first, file, 201);
      first.kill();
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.executeUpdate(
            "UPDATE file_chunk SET bytes = set_byte(bytes, 7, 255 - get_byte(bytes, 7))"
                + " WHERE number = 1");
      }
      JsonObject job = client.ended(second, client.accept(second, digestOf(file)));
      assertEquals("failed", job.getString("state"), job::encodePrettily);
      assertTrue(
          job.getJsonObject("error").getString("detail").contains("is damaged"), job::encode);
      assertEquals(500, status(second, "GET", file));
    }
  }

  @Test
  void databaseThatIsGoneForAWhileLosesNoFileAndNoJob() throws Exception {
    FileClient.Local stored = client.random("stored", 700_000);
    FileClient.Local refused = client.random("refused", 700_001);
    try (ServerProcess first = server()) {
      client.put(first, stored, 201);
      String id = client.accept(first, digestOf(stored));
      postgres.stop();
      try {
        JsonObject problem = client.put(first, refused, 503);
        assertEquals("urn:stockade:problem:store-unavailable", problem.getString("type"));
        assertEquals(503, status(first, "GET", stored));
        assertEquals(503, status(first, "DELETE", stored));
      } finally {
        postgres.startAgain();
      }
      assertEquals(stored.sha256(), FileClient.stdout(client.await(first, id)));
      Thread.sleep(TRUSTED.toMillis());
      eventually("the database is reached again", () -> status(first, "GET", stored) != 503);
      assertEquals(stored.sha256(), client.fetch(first, stored));
      assertEquals(404, status(first, "GET", refused));
      client.put(first, refused, 201);
    }
  }
}
