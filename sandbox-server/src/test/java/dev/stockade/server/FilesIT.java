package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stored files, real programs and a server whose heap is smaller than one of the files: what went
 * through it as a whole would end it.
 */
@Timeout(1800)
final class FilesIT {
  private static final int LARGE = 100 << 20;
  private static final ByteSize HEAP = ByteSize.ofMebibytes(96);
  private static final String DIGEST =
      """
      import hashlib, sys
      digest = hashlib.sha256()
      with open(sys.argv[1], 'rb') as file:
          for piece in iter(lambda: file.read(1 << 20), b''):
              digest.update(piece)
      print(digest.hexdigest())
      """;

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void needsSandbox() {
    ServeIT.needsSandbox();
  }

  /** A file on disk and its hash. */
  private record Local(Path path, String sha256) {
    String place() {
      return "/v1/files/" + sha256;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private Local random(String name, int length) throws IOException {
    Path path = folder.resolve(name);
    MessageDigest digest = sha256();
    Random random = new Random(length);
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(path), digest)) {
      byte[] piece = new byte[1 << 16];
      for (int left = length; left > 0; left -= piece.length) {
        random.nextBytes(piece);
        out.write(piece, 0, Math.min(left, piece.length));
      }
    }
    return new Local(path, HexFormat.of().formatHex(digest.digest()));
  }

  private ServerProcess server(String... options) throws IOException {
    return ServerProcess.withHeap(
        HEAP,
        Stream.concat(Stream.of("--data", folder.resolve("data").toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private HttpResponse<String> send(
      ServerProcess server, String method, String path, BodyPublisher body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .method(method, body)
            .timeout(Duration.ofMinutes(5))
            .build(),
        BodyHandlers.ofString());
  }

  private JsonObject put(ServerProcess server, Local file, int status)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(server, "PUT", file.place(), BodyPublishers.ofFile(file.path()));
    assertEquals(status, answer.statusCode(), answer.body());
    return new JsonObject(answer.body());
  }

  /** Sends a job and waits for it, however long that takes. */
  private JsonObject run(ServerProcess server, JsonObject job)
      throws IOException, InterruptedException {
    return await(server, accept(server, job));
  }

  private JsonObject await(ServerProcess server, String id)
      throws IOException, InterruptedException {
    while (true) {
      HttpResponse<String> answer =
          send(server, "GET", "/v1/jobs/" + id + "?wait=30s", BodyPublishers.noBody());
      assertEquals(200, answer.statusCode(), answer.body());
      JsonObject job = new JsonObject(answer.body());
      if (!List.of("queued", "running").contains(job.getString("state"))) {
        assertEquals("done", job.getString("state"), job::encodePrettily);
        return job;
      }
    }
  }

  private static JsonObject stored(Local file) {
    return new JsonObject().put("sha256", file.sha256());
  }

  private static JsonObject command(String... words) {
    return new JsonObject()
        .put("command", new JsonArray(List.of(words)))
        .put("limits", new JsonObject().put("cpuTime", "1m").put("wallTime", "2m"));
  }

  private static String stdout(JsonObject job) {
    JsonObject result = job.getJsonObject("result");
    assertEquals("OK", result.getString("verdict"), result::encodePrettily);
    return result.getString("stdout").strip();
  }

  @Test
  void fileLargerThanTheHeapIsStoredRunAndFetched() throws Exception {
    Local large = random("large", LARGE);
    try (ServerProcess server = server()) {
      assertEquals(LARGE, put(server, large, 201).getLong("bytes"));
      put(server, large, 200);
      JsonObject job = command("python3", "-c", DIGEST, "/dev/stdin").put("stdin", stored(large));
      assertEquals(large.sha256(), stdout(run(server, job)));
      HttpResponse<InputStream> fetched =
          http.send(
              HttpRequest.newBuilder(URI.create(server.address() + large.place())).build(),
              BodyHandlers.ofInputStream());
      assertEquals(200, fetched.statusCode());
      assertEquals(LARGE, fetched.headers().firstValueAsLong("content-length").orElseThrow());
      MessageDigest digest = sha256();
      try (InputStream in = new DigestInputStream(fetched.body(), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      assertEquals(large.sha256(), HexFormat.of().formatHex(digest.digest()));
    }
  }

  @Test
  void filesAndTestsReferToStoredFiles() throws Exception {
    Local medium = random("medium", 20 << 20);
    Local small = random("small", 700_000);
    Local other = random("other", 700_001);
    try (ServerProcess server = server()) {
      put(server, medium, 201);
      put(server, small, 201);
      put(server, other, 201);
      JsonObject job =
          command("python3", "-c", DIGEST, "data/input.bin")
              .put("files", new JsonObject().put("data/input.bin", stored(medium)));
      assertEquals(medium.sha256(), stdout(run(server, job)));
      JsonObject tests =
          command("cat")
              .put("checker", new JsonObject().put("type", "exact"))
              .put(
                  "tests",
                  new JsonArray()
                      .add(
                          new JsonObject()
                              .put("stdin", stored(small))
                              .put("expected", stored(small)))
                      .add(
                          new JsonObject()
                              .put("stdin", stored(small))
                              .put("expected", stored(other)))
                      .add(new JsonObject().put("stdin", "x").put("expected", stored(medium))));
      JsonArray judged = run(server, tests).getJsonObject("judgement").getJsonArray("tests");
      assertEquals("ACCEPTED", judged.getJsonObject(0).getString("verdict"));
      assertEquals("WRONG_ANSWER", judged.getJsonObject(1).getString("verdict"));
      assertEquals("WRONG_ANSWER", judged.getJsonObject(2).getString("verdict"));
    }
  }

  /** SIGKILL with a job that runs, one that waits, and a file half there. */
  @Test
  void jobsOfAKilledServerFindTheirFilesAndHalfFilesGo() throws Exception {
    Local small = random("small", 700_000);
    Local half = random("half", 100_000);
    Path incoming = folder.resolve("data/files/incoming");
    String running;
    String waiting;
    try (ServerProcess server = server("--workers", "1")) {
      put(server, small, 201);
      JsonObject slow = command("sh", "-c", "sleep 15; sha256sum").put("stdin", stored(small));
      running = accept(server, slow);
      JsonObject next = command("python3", "-c", DIGEST, "in");
      waiting = accept(server, next.put("files", new JsonObject().put("in", stored(small))));
      URI address = URI.create(server.address());
      try (Socket socket = new Socket(address.getHost(), address.getPort())) {
        String head =
            "PUT "
                + half.place()
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(new byte[50_000]);
        while (sizeOf(incoming) < 50_000) {
          Thread.sleep(5);
        }
        server.kill();
      }
    }
    assertTrue(sizeOf(incoming) > 0, "it was killed with a half file");
    try (ServerProcess server = server("--workers", "1")) {
      assertEquals(0, sizeOf(incoming));
      HttpResponse<String> refused = send(server, "DELETE", small.place(), BodyPublishers.noBody());
      assertEquals(409, refused.statusCode(), refused.body());
      assertEquals(small.sha256() + "  -", stdout(await(server, running)));
      assertEquals(small.sha256(), stdout(await(server, waiting)));
      put(server, half, 201);
      HttpResponse<String> gone = send(server, "DELETE", half.place(), BodyPublishers.noBody());
      assertEquals(204, gone.statusCode(), gone.body());
    }
  }

  private String accept(ServerProcess server, JsonObject job)
      throws IOException, InterruptedException {
    HttpResponse<String> accepted =
        send(server, "POST", "/v1/jobs", BodyPublishers.ofString(job.encode()));
    assertEquals(202, accepted.statusCode(), accepted.body());
    return new JsonObject(accepted.body()).getString("id");
  }

  private static long sizeOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(FilesIT::lengthOf).sum();
    }
  }

  private static long lengthOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
