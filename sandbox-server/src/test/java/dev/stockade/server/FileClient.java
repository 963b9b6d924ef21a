package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
import java.util.concurrent.CompletableFuture;

/** A client of stored files and of jobs that refer to them. */
final class FileClient {
  /** A program in Python that says the hash of the file that its argument names. */
  static final String DIGEST =
      """
      import hashlib, sys
      digest = hashlib.sha256()
      with open(sys.argv[1], 'rb') as file:
          for piece in iter(lambda: file.read(1 << 20), b''):
              digest.update(piece)
      print(digest.hexdigest())
      """;

  private final Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param folder in which it makes files
   */
  FileClient(Path folder) {
    this.folder = folder;
  }

  /** A file on disk and its hash. */
  record Local(Path path, String sha256) {
    String place() {
      return "/v1/files/" + sha256;
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  Local random(String name, int length) throws IOException {
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

  HttpResponse<String> send(ServerProcess server, String method, String path, BodyPublisher body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .method(method, body)
            .timeout(Duration.ofMinutes(5))
            .build(),
        BodyHandlers.ofString());
  }

  /** Begins to store a file. */
  CompletableFuture<HttpResponse<String>> beginPut(ServerProcess server, Local file)
      throws IOException {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create(server.address() + file.place()))
            .PUT(BodyPublishers.ofFile(file.path()))
            .build(),
        BodyHandlers.ofString());
  }

  JsonObject put(ServerProcess server, Local file, int status)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(server, "PUT", file.place(), BodyPublishers.ofFile(file.path()));
    assertEquals(status, answer.statusCode(), answer.body());
    return new JsonObject(answer.body());
  }

  /** Sends a job and waits for it, however long that takes. */
  JsonObject run(ServerProcess server, JsonObject job) throws IOException, InterruptedException {
    return await(server, accept(server, job));
  }

  /** Waits for a job, which must have been run. */
  JsonObject await(ServerProcess server, String id) throws IOException, InterruptedException {
    JsonObject job = ended(server, id);
    assertEquals("done", job.getString("state"), job::encodePrettily);
    return job;
  }

  /** Waits for a job, however long that takes. */
  JsonObject ended(ServerProcess server, String id) throws IOException, InterruptedException {
    while (true) {
      HttpResponse<String> answer =
          send(server, "GET", "/v1/jobs/" + id + "?wait=30s", BodyPublishers.noBody());
      if (answer.statusCode() == 503) {
        Thread.sleep(50);
        continue;
      }
      assertEquals(200, answer.statusCode(), answer.body());
      JsonObject job = new JsonObject(answer.body());
      if (!List.of("queued", "running").contains(job.getString("state"))) {
        return job;
      }
    }
  }

  static JsonObject stored(Local file) {
    return new JsonObject().put("sha256", file.sha256());
  }

  static JsonObject command(String... words) {
    return new JsonObject()
        .put("command", new JsonArray(List.of(words)))
        .put("limits", new JsonObject().put("cpuTime", "1m").put("wallTime", "2m"));
  }

  static String stdout(JsonObject job) {
    JsonObject result = job.getJsonObject("result");
    assertEquals("OK", result.getString("verdict"), result::encodePrettily);
    return result.getString("stdout").strip();
  }

  String accept(ServerProcess server, JsonObject job) throws IOException, InterruptedException {
    HttpResponse<String> accepted =
        send(server, "POST", "/v1/jobs", BodyPublishers.ofString(job.encode()));
    assertEquals(202, accepted.statusCode(), accepted.body());
    return new JsonObject(accepted.body()).getString("id");
  }

  /** Fetches a file, and gives the hash of what came. */
  String fetch(ServerProcess server, Local file) throws IOException, InterruptedException {
    HttpResponse<InputStream> fetched =
        http.send(
            HttpRequest.newBuilder(URI.create(server.address() + file.place())).build(),
            BodyHandlers.ofInputStream());
    assertEquals(200, fetched.statusCode());
    assertEquals(
        Files.size(file.path()),
        fetched.headers().firstValueAsLong("content-length").orElseThrow());
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(fetched.body(), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
