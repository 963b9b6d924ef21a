package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.policy.ByteSize;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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
  @TempDir private Path folder;
  private FileClient client;

  @BeforeEach
  void makeClient() {
    client = new FileClient(folder);
  }

  @BeforeAll
  static void needsSandbox() {
    SandboxNeeds.defaultPolicy();
  }

  private ServerProcess server(String... options) throws IOException {
    return ServerProcess.withHeap(
        HEAP,
        Stream.concat(Stream.of("--data", folder.resolve("data").toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void fileLargerThanTheHeapIsStoredRunAndFetched() throws Exception {
    FileClient.Local large = client.random("large", LARGE);
    try (ServerProcess server = server()) {
      assertEquals(LARGE, client.put(server, large, 201).getLong("bytes"));
      client.put(server, large, 200);
      JsonObject job =
          FileClient.command("python3", "-c", FileClient.DIGEST, "/dev/stdin")
              .put("stdin", FileClient.stored(large));
      assertEquals(large.sha256(), FileClient.stdout(client.run(server, job)));
      assertEquals(large.sha256(), client.fetch(server, large));
    }
  }

  @Test
  void filesAndTestsReferToStoredFiles() throws Exception {
    FileClient.Local medium = client.random("medium", 20 << 20);
    FileClient.Local small = client.random("small", 700_000);
    FileClient.Local other = client.random("other", 700_001);
    try (ServerProcess server = server()) {
      client.put(server, medium, 201);
      client.put(server, small, 201);
      client.put(server, other, 201);
      JsonObject job =
          FileClient.command("python3", "-c", FileClient.DIGEST, "data/input.bin")
              .put("files", new JsonObject().put("data/input.bin", FileClient.stored(medium)));
      assertEquals(medium.sha256(), FileClient.stdout(client.run(server, job)));
      JsonObject tests =
          FileClient.command("cat")
              .put("checker", new JsonObject().put("type", "exact"))
              .put(
                  "tests",
                  new JsonArray()
                      .add(
                          new JsonObject()
                              .put("stdin", FileClient.stored(small))
                              .put("expected", FileClient.stored(small)))
                      .add(
                          new JsonObject()
                              .put("stdin", FileClient.stored(small))
                              .put("expected", FileClient.stored(other)))
                      .add(
                          new JsonObject()
                              .put("stdin", "x")
                              .put("expected", FileClient.stored(medium))));
      JsonArray judged = client.run(server, tests).getJsonObject("judgement").getJsonArray("tests");
      assertEquals("ACCEPTED", judged.getJsonObject(0).getString("verdict"));
      assertEquals("WRONG_ANSWER", judged.getJsonObject(1).getString("verdict"));
      assertEquals("WRONG_ANSWER", judged.getJsonObject(2).getString("verdict"));
    }
  }

  /**
   * SIGKILL with a job that runs, two that wait, and a file half there. One of the two does not end
   * by itself, so that the file is in use however long the next server takes to start.
   */
  @Test
  void jobsOfAKilledServerFindTheirFilesAndHalfFilesGo() throws Exception {
    FileClient.Local small = client.random("small", 700_000);
    FileClient.Local half = client.random("half", 100_000);
    Path incoming = folder.resolve("data/files/incoming");
    String running;
    String endless;
    String waiting;
    try (ServerProcess server = server("--workers", "1")) {
      client.put(server, small, 201);
      JsonObject slow =
          FileClient.command("sh", "-c", "sleep 15; sha256sum")
              .put("stdin", FileClient.stored(small));
      running = client.accept(server, slow);
      JsonObject sleep =
          FileClient.command("sh", "-c", "read line; sleep 110")
              .put("stdin", FileClient.stored(small));
      endless = client.accept(server, sleep);
      JsonObject next = FileClient.command("python3", "-c", FileClient.DIGEST, "in");
      waiting =
          client.accept(
              server, next.put("files", new JsonObject().put("in", FileClient.stored(small))));
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
      HttpResponse<String> refused =
          client.send(server, "DELETE", small.place(), BodyPublishers.noBody());
      assertEquals(409, refused.statusCode(), refused.body());
      client.send(server, "DELETE", "/v1/jobs/" + endless, BodyPublishers.noBody());
      assertEquals("cancelled", client.ended(server, endless).getString("state"));
      assertEquals(small.sha256() + "  -", FileClient.stdout(client.await(server, running)));
      assertEquals(small.sha256(), FileClient.stdout(client.await(server, waiting)));
      client.put(server, half, 201);
      HttpResponse<String> gone =
          client.send(server, "DELETE", half.place(), BodyPublishers.noBody());
      assertEquals(204, gone.statusCode(), gone.body());
    }
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
