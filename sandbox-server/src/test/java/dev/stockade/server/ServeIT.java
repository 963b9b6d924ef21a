package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The serve command as a process: told to end by signals while jobs run. */
final class ServeIT {
  /** Seconds that no other program of this machine sleeps, not even another run of these tests. */
  private static final String ENDS_SOON = "8.51849" + ProcessHandle.current().pid();

  private static final String STAYS = "51850." + ProcessHandle.current().pid();
  private static final String STAYS_TOO = "51851." + ProcessHandle.current().pid();

  @BeforeAll
  static void needsSandbox() {
    SandboxNeeds.defaultPolicy();
  }

  /**
   * With these a JVM says nothing of its own of native code: the launcher, and the jar's manifest.
   */
  private static final List<String> SILENT =
      Runtime.version().feature() < 24
          ? List.of()
          : List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");

  /** A server process; ended with the test, whatever happens. */
  private static final class Server implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final BufferedReader out;
    private final String address;

    Server(String... options) throws IOException {
      this(null, options);
    }

    /**
     * @param log where its standard error goes; {@code null}: nowhere
     */
    Server(@Nullable Path log, String... options) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(SILENT);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(ServeProcess.class.getName(), "--port", "0"));
      command.addAll(List.of(options));
      process =
          new ProcessBuilder(command)
              .redirectError(
                  log == null
                      ? ProcessBuilder.Redirect.DISCARD
                      : ProcessBuilder.Redirect.to(log.toFile()))
              .start();
      out = process.inputReader();
      String line = String.valueOf(out.readLine());
      address =
          line.startsWith("{")
              ? new JsonObject(line).getString("address")
              : line.replaceFirst("^listening on ", "");
      assertTrue(address.startsWith("http://127.0.0.1:"), line);
    }

    CompletableFuture<HttpResponse<String>> post(String path, String body) {
      return client.sendAsync(
          HttpRequest.newBuilder(URI.create(address + path))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> get(String path) {
      return client.sendAsync(
          HttpRequest.newBuilder(URI.create(address + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }

    /** SIGTERM. {@link Process#destroy} would also close the streams. */
    void terminate() {
      assertTrue(process.toHandle().destroy());
    }

    int status() throws InterruptedException {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it ends");
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  @Test
  void curlLineThatItPrintsWorks() throws Exception {
    try (Server server = new Server()) {
      String curl = skipTo(server.out, "try: curl ").substring("try: ".length());
      curl = curl.replace("wait=10s", "wait=1m"); // for machines that have more to do
      Process shell = new ProcessBuilder("sh", "-c", curl + " --silent --show-error").start();
      String answer = shell.inputReader().readLine();
      assertTrue(String.valueOf(answer).contains("\"stdout\":\"desserts\""), answer);
    }
  }

  @Test
  void eventsAreJsonLinesWhereThatIsAskedFor() throws Exception {
    try (Server server = new Server("--json", "--drain-time", "50s", "--data", "none")) {
      JsonObject tried = new JsonObject(skipTo(server.out, "{"));
      assertEquals("try", tried.getString("event"));
      assertTrue(tried.getString("command").startsWith("curl -d '{"), tried::encode);
      server.terminate();
      assertEquals(
          "{\"event\":\"ending\",\"drainTimeMillis\":50000,\"jobs\":\"accepted\"}",
          server.out.readLine());
      assertEquals(0, server.status());
    }
  }

  @Test
  void metersTellOfTheSandboxAndOfWhatWasDenied() throws Exception {
    try (Server server = new Server()) {
      String job =
          server
              .post(
                  "/v1/jobs?wait=50s", "{\"command\":[\"mount\",\"-t\",\"tmpfs\",\"x\",\"/tmp\"]}")
              .get(120, TimeUnit.SECONDS)
              .body();
      assertTrue(job.contains("\"verdict\":\"SECURITY_VIOLATION\""), job);
      String meters = server.get("/metrics").get(120, TimeUnit.SECONDS).body();
      assertTrue(meters.contains("stockade_denied_calls_total{call=\"mount\"} 1.0\n"), meters);
      assertTrue(meters.matches("(?s).*\\nstockade_sandbox_slots [1-9][0-9]*\\.0\\n.*"), meters);
      assertTrue(meters.matches("(?s).*\\nstockade_cgroup_leases [1-9][0-9]*\\.0\\n.*"), meters);
    }
  }

  @Test
  void logIsOneJsonObjectALine(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    try (Server server = new Server(log, "--log", "json")) {
      String job =
          server.post("/v1/jobs?wait=50s", job("echo", "hello")).get(120, TimeUnit.SECONDS).body();
      assertTrue(job.contains("\"verdict\":\"OK\""), job);
      server.terminate();
      assertEquals(0, server.status());
    }
    List<JsonObject> lines = Files.readAllLines(log).stream().map(JsonObject::new).toList();
    assertEquals(1, lines.stream().filter(line -> isOf(line, "stockade.job")).count());
    assertEquals(1, lines.stream().filter(line -> isOf(line, "stockade.request")).count());
  }

  private static boolean isOf(JsonObject line, String logger) {
    return logger.equals(line.getString("logger"));
  }

  @Test
  void sigtermLetsAcceptedJobsEnd() throws Exception {
    try (Server server = new Server("--workers", "1")) {
      CompletableFuture<HttpResponse<String>> running =
          server.post("/v1/jobs?wait=50s", job("sleep", ENDS_SOON));
      awaitCount(ENDS_SOON, 1);
      CompletableFuture<HttpResponse<String>> queued =
          server.post("/v1/jobs", job("echo", "queued"));
      assertEquals(202, queued.get(120, TimeUnit.SECONDS).statusCode());
      server.terminate();
      assertEquals(200, running.get(120, TimeUnit.SECONDS).statusCode());
      assertTrue(running.get().body().contains("\"state\":\"done\""), running.get().body());
      assertEquals(0, server.status());
    }
  }

  @Test
  void sigtermKillsWhatDoesNotEndInTime() throws Exception {
    try (Server server = new Server("--drain-time", "100ms")) {
      CompletableFuture<HttpResponse<String>> running =
          server.post("/v1/jobs?wait=50s", job("sleep", STAYS));
      awaitCount(STAYS, 1);
      server.terminate();
      assertTrue(
          running.get(120, TimeUnit.SECONDS).body().contains("\"state\":\"cancelled\""),
          running.get().body());
      assertEquals(0, server.status());
      awaitCount(STAYS, 0);
    }
  }

  @Test
  void secondSignalEndsAtOnceAndTheJobsWithIt() throws Exception {
    try (Server server = new Server("--drain-time", "50s")) {
      server.post("/v1/jobs", job("sleep", STAYS_TOO)).get(120, TimeUnit.SECONDS);
      awaitCount(STAYS_TOO, 1);
      server.terminate();
      assertEquals("ending: no new jobs, those accepted have 50s", skipTo(server.out, "ending"));
      server.terminate();
      assertEquals(143, server.status());
      awaitCount(STAYS_TOO, 0);
    }
  }

  private static String job(String program, String argument) {
    return "{\"command\":[\""
        + program
        + "\",\""
        + argument
        + "\"],\"limits\":{\"wallTime\":\"2m\"}}";
  }

  private static String skipTo(BufferedReader lines, String start) throws IOException {
    String line = String.valueOf(lines.readLine());
    while (!line.startsWith(start)) {
      line = String.valueOf(lines.readLine());
    }
    return line;
  }

  /** Waits until so many processes of this machine have the word as their last argument. */
  private static void awaitCount(String word, long count) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (countOf(word) != count) {
      assertTrue(System.nanoTime() < end, () -> word + ": " + countOf(word) + " processes");
      Thread.sleep(5);
    }
  }

  private static long countOf(String word) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes.filter(process -> endsWithArgument(process, word)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean endsWithArgument(Path process, String word) {
    try {
      return process.getFileName().toString().matches("[0-9]+")
          && Files.readString(process.resolve("cmdline")).endsWith("\0" + word + "\0");
    } catch (IOException ended) {
      return false;
    }
  }
}
