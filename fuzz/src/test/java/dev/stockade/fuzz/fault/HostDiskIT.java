package dev.stockade.fuzz.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.linux.Sys;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host's disk is full: wherever the server could write, its home, its folder for temporary
 * files and its working folder, no byte is left. Jobs need none.
 *
 * <p>The server lives in a mount namespace of its own in which that folder is a small tmpfs; there
 * root also makes the rest of the disk read-only.
 */
final class HostDiskIT {
  private static final String AS_ROOT =
      "mount -o remount,bind,ro / && mount -t tmpfs -o size=16m,mode=1777 small \"$0\""
          + " && cd \"$0\" && exec \"$@\"";

  /** The inner user namespace maps the user to an ordinary id again. */
  private static final String AS_USER =
      "mount -t tmpfs -o size=16m,mode=1777 small \"$0\" && cd \"$0\""
          + " && exec unshare -U --map-user=1000 --map-group=1000 \"$@\"";

  private static final JsonObject CPU = new JsonObject().put("cpuTime", "100ms");

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path folder;
  private Process server;
  private URI jobs;

  @BeforeAll
  static void needs() {
    SandboxNeeds.defaultPolicy();
  }

  @BeforeEach
  void start() throws Exception {
    boolean isRoot = Sys.euid() == 0;
    Path disk = Files.createDirectory(folder.resolve("disk"));
    List<String> command = new ArrayList<>(List.of("unshare", "-m"));
    command.addAll(isRoot ? List.of("--propagation", "private") : List.of("-Ur"));
    command.addAll(List.of("sh", "-c", isRoot ? AS_ROOT : AS_USER));
    command.add(disk.toString());
    // Without a PATH no newuidmap is found, which could do nothing in a user namespace.
    command.addAll(List.of("/usr/bin/env", "PATH=/nowhere", "HOME=" + disk));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    command.addAll(List.of("-Djava.io.tmpdir=" + disk, "-Duser.home=" + disk));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", absolute(classPath), PlainServer.class.getName()));
    server = new ProcessBuilder(command).redirectError(folder.resolve("said").toFile()).start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    String port = said.readLine();
    assertTrue(port != null, () -> read(folder.resolve("said")));
    jobs = URI.create("http://127.0.0.1:" + port + "/v1/jobs?wait=60s");
  }

  private static String absolute(String classPath) {
    List<String> all = new ArrayList<>();
    for (String one : classPath.split(":")) {
      all.add(Path.of(one).toAbsolutePath().toString());
    }
    return String.join(":", all);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @AfterEach
  void end() throws Exception {
    if (server != null) {
      server.getOutputStream().close();
      assertEquals(0, server.waitFor(), () -> read(folder.resolve("said")));
    }
  }

  @Test
  void jobsNeedNoByteOfTheHostsDisk() throws Exception {
    Path disk = Path.of("/proc/" + server.pid() + "/root" + folder.resolve("disk"));
    assertEquals("42\n", result(python("print(6 * 7)")).getString("stdout"));
    fill(disk);
    Set<Path> before = files(disk);
    for (int i = 0; i < 3; i++) {
      JsonObject result = result(python("print(6 * 7)"));
      assertEquals("OK", result.getString("verdict"), result::encode);
      assertEquals("42\n", result.getString("stdout"));
    }
    JsonObject spinning = result(python("while True: pass").put("limits", CPU));
    assertEquals("CPU_TIME_LIMIT", spinning.getString("verdict"), spinning::encode);
    byte[] bytes = new byte[1 << 19];
    new Random(1).nextBytes(bytes);
    String content = Base64.getEncoder().encodeToString(bytes);
    JsonObject file = result(copy(content));
    assertEquals(content, file.getJsonObject("files").getJsonObject("out").getString("base64"));
    assertEquals(before, files(disk), "nothing was made, not even an empty file");
    assertThrows(IOException.class, () -> Files.write(disk.resolve("more"), new byte[] {1}));
  }

  @Test
  void storedFileThatTheDiskHasNoRoomForIsRefusedAndLeavesNothing() throws Exception {
    Path disk = Path.of("/proc/" + server.pid() + "/root" + folder.resolve("disk"));
    byte[] content = new byte[1 << 20];
    String name = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    fill(disk);
    Set<Path> before = files(disk);
    HttpResponse<String> refused = put(name, content);
    assertEquals(507, refused.statusCode(), refused.body());
    assertEquals(
        "urn:stockade:problem:files-full",
        new JsonObject(refused.body()).getString("type"),
        refused.body());
    assertEquals(before, files(disk));
    Files.delete(disk.resolve("all"));
    assertEquals(201, put(name, content).statusCode());
    JsonObject job = new JsonObject().put("command", new JsonArray(List.of("sha256sum")));
    job.put("stdin", new JsonObject().put("sha256", name));
    assertEquals(name + "  -\n", result(job).getString("stdout"));
  }

  private HttpResponse<String> put(String name, byte[] content) throws Exception {
    return http.send(
        HttpRequest.newBuilder(jobs.resolve("/v1/files/" + name))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonObject python(String source) {
    return new JsonObject().put("command", new JsonArray(List.of("python3", "-c", source)));
  }

  private static JsonObject copy(String base64) {
    return new JsonObject()
        .put("command", new JsonArray(List.of("cp", "in", "out")))
        .put("files", new JsonObject().put("in", new JsonObject().put("base64", base64)))
        .put("outputFiles", new JsonArray().add("out"));
  }

  private JsonObject result(JsonObject job) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(jobs)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(job.encode()))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return new JsonObject(answer.body()).getJsonObject("result");
  }

  /** To the last page. */
  private static void fill(Path disk) throws IOException {
    try (OutputStream all = Files.newOutputStream(disk.resolve("all"))) {
      byte[] page = new byte[4096];
      IOException full =
          assertThrows(
              IOException.class,
              () -> {
                while (true) {
                  all.write(page);
                }
              });
      assertEquals("No space left on device", full.getMessage());
    }
  }

  private static Set<Path> files(Path disk) throws IOException {
    try (Stream<Path> all = Files.walk(disk)) {
      return all.collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
