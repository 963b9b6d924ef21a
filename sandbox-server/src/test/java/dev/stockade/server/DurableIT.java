package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.server.store.OwnPostgresql;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that are killed with SIGKILL while they accept and run jobs: what they had accepted is
 * done by the next one, and nothing is done twice as far as anybody can see.
 */
@Timeout(1800)
final class DurableIT {
  private static final boolean LONG = System.getProperty("stockade.effort", "short").equals("long");

  /**
   * Fewer in the guest, where a server takes half a minute to start: {@code -Dstockade.rounds=N}.
   */
  private static final int ROUNDS = Integer.getInteger("stockade.rounds", 30);

  private static final int JOBS = LONG ? 5000 : 10 * Math.max(3, ROUNDS);
  private static final int CONNECTIONS = LONG ? 50 : 10;
  private static final int KILLS = LONG ? 10 : Math.min(4, ROUNDS);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @BeforeAll
  static void needsSandbox() {
    SandboxNeeds.defaultPolicy();
  }

  /** Clients that submit jobs, to whichever server there is. */
  private static final class Clients {
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicReference<String> address = new AtomicReference<>("");
    private final Map<Integer, String> idOfJob = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    private volatile int most = JOBS;
    private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    private final List<Future<?>> all = new ArrayList<>();

    void start() {
      for (int i = 0; i < CONNECTIONS; i++) {
        all.add(threads.submit(this::submitAll));
      }
    }

    /** How many of the jobs may be sent by now. */
    void sendAtMost(int jobs) {
      most = jobs;
    }

    private void submitAll() {
      for (int job = next.getAndIncrement(); job < JOBS; job = next.getAndIncrement()) {
        while (job >= most) {
          pause();
        }
        idOfJob.put(job, submit(job));
      }
    }

    /** Sends a job until it is accepted. */
    private String submit(int job) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < end) {
        try {
          HttpResponse<String> answer = send("/v1/jobs", bodyOf(job), "job-" + job);
          if (answer.statusCode() == 202) {
            return new JsonObject(answer.body()).getString("id");
          }
          assertEquals(503, answer.statusCode(), answer.body());
          assertEquals(
              "urn:stockade:problem:store-unavailable",
              new JsonObject(answer.body()).getString("type"));
          refused.incrementAndGet();
          pause();
        } catch (IOException killed) {
          pause(); // the next server has another address
        }
      }
      throw new AssertionError("job " + job + " was never accepted");
    }

    HttpResponse<String> send(String path, String body, String key) throws IOException {
      try {
        return http.send(
            HttpRequest.newBuilder(URI.create(address.get() + path))
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(60))
                .build(),
            HttpResponse.BodyHandlers.ofString());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    HttpResponse<String> get(String path) throws IOException {
      try {
        return http.send(
            HttpRequest.newBuilder(URI.create(address.get() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void awaitAccepted(int jobs) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (idOfJob.size() < jobs) {
        assertTrue(System.nanoTime() < end, () -> idOfJob.size() + " jobs accepted");
        pause();
      }
    }

    void awaitRefused() {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (refused.get() == 0) {
        assertTrue(System.nanoTime() < end, "no job was refused");
        pause();
      }
    }

    void awaitAll() throws Exception {
      for (Future<?> thread : all) {
        thread.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      threads.shutdown();
    }

    /** The job, when it has ended; waits for it. */
    JsonObject ended(String id) throws IOException {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        HttpResponse<String> answer = get("/v1/jobs/" + id + "?wait=60s");
        assertEquals(200, answer.statusCode(), answer.body());
        JsonObject job = new JsonObject(answer.body());
        boolean unfinished = List.of("queued", "running").contains(job.getString("state"));
        if (!unfinished || System.nanoTime() > end) {
          return job;
        }
      }
    }

    private static void pause() {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Commands that end well and otherwise, with and without input, and jobs with a test; each says
   * its number.
   */
  private enum Kind {
    ECHO("OK", "{'command':['echo','job NUMBER']}"),
    FAILURE("NONZERO_EXIT", "{'command':['sh','-c','echo job NUMBER; exit 3']}"),
    INPUT("OK", "{'command':['cat'],'stdin':'job NUMBER\\n','priority':3}"),
    TEST(
        "ACCEPTED",
        "{'command':['cat'],'tests':[{'stdin':'job NUMBER\\n','expected':'job NUMBER'}]}");

    final String verdict;
    private final String body;

    Kind(String verdict, String body) {
      this.verdict = verdict;
      this.body = body;
    }

    static Kind of(int job) {
      return values()[job % values().length];
    }

    static String outputOf(JsonObject ended) {
      JsonObject result = ended.getJsonObject("result");
      if (result == null) {
        result =
            ended
                .getJsonObject("judgement")
                .getJsonArray("tests")
                .getJsonObject(0)
                .getJsonObject("result");
      }
      return result.getString("stdout");
    }
  }

  private static String bodyOf(int job) {
    return Kind.of(job).body.replace('\'', '"').replace("NUMBER", Integer.toString(job));
  }

  @Test
  void killedServersLoseAndDoubleNothing() throws Exception {
    Clients clients = new Clients();
    Map<String, JsonObject> seen = new ConcurrentHashMap<>();
    ServerProcess server = start(clients);
    try {
      clients.start();
      for (int kill = 1; kill <= KILLS; kill++) {
        clients.awaitAccepted(JOBS * kill / (KILLS + 1));
        look(clients, seen);
        server.kill();
        server = start(clients);
      }
      clients.awaitAll();
      verify(clients, seen);
    } finally {
      server.close();
    }
  }

  private ServerProcess start(Clients clients) throws IOException {
    ServerProcess server =
        new ServerProcess("--data", folder.resolve("data").toString(), "--queue", "100000");
    clients.address.set(server.address());
    return server;
  }

  /** Keeps what the server says of the jobs that are done. */
  private static void look(Clients clients, Map<String, JsonObject> seen) throws IOException {
    for (String id : clients.idOfJob.values()) {
      JsonObject job = new JsonObject(clients.get("/v1/jobs/" + id).body());
      if (job.getString("state").equals("done")) {
        seen.put(id, job);
      }
    }
  }

  private static void verify(Clients clients, Map<String, JsonObject> seen) throws IOException {
    assertEquals(JOBS, clients.idOfJob.size());
    assertEquals(
        JOBS, clients.idOfJob.values().stream().distinct().count(), "each has a job of its own");
    for (int job = 0; job < JOBS; job++) {
      String id = clients.idOfJob.get(job);
      assertNotNull(id);
      JsonObject ended = clients.ended(id);
      assertEquals("done", ended.getString("state"), ended::encode);
      assertEquals("job " + job + "\n", Kind.outputOf(ended));
      assertEquals(Kind.of(job).verdict, ended.getString("verdict"));
      JsonObject before = seen.get(id);
      assertEquals(before == null ? ended : before, ended, "a result that was seen never changes");
    }
    int ended = 0;
    String page = "/v1/jobs?limit=100";
    while (page != null) {
      JsonObject list = new JsonObject(clients.get(page).body());
      for (Object entry : list.getJsonArray("jobs")) {
        assertEquals("done", ((JsonObject) entry).getString("state"));
        ended++;
      }
      String next = list.getString("next");
      page = next == null ? null : "/v1/jobs?limit=100&after=" + next;
    }
    assertEquals(JOBS, ended, "the store has no other job");
  }

  /** Three servers with one database, of which two are killed: the third does everything. */
  @Test
  void serversOfOneDatabaseTakeOverFromTheDead() throws Exception {
    Clients clients = new Clients();
    try (OwnPostgresql postgres = OwnPostgresql.start(folder)) {
      String[] options = {"--database", postgres.newDatabase(), "--queue", "100000"};
      try (ServerProcess first = new ServerProcess(options);
          ServerProcess second = new ServerProcess(options);
          ServerProcess third = new ServerProcess(options)) {
        clients.address.set(first.address());
        clients.start();
        clients.awaitAccepted(JOBS / 3);
        clients.address.set(second.address());
        first.kill();
        clients.awaitAccepted(2 * JOBS / 3);
        clients.address.set(third.address());
        second.kill();
        clients.awaitAll();
        verify(clients, Map.of());
      }
    }
  }

  /** What was accepted is done, what could not be stored is refused, and the server goes on. */
  @Test
  void databaseThatIsStoppedAndStartedAgainLosesNothing() throws Exception {
    Clients clients = new Clients();
    try (OwnPostgresql postgres = OwnPostgresql.start(folder);
        ServerProcess server =
            new ServerProcess("--database", postgres.newDatabase(), "--queue", "100000")) {
      clients.address.set(server.address());
      clients.sendAtMost(JOBS / 3);
      clients.start();
      clients.awaitAccepted(JOBS / 3);
      postgres.stop();
      clients.sendAtMost(JOBS);
      clients.awaitRefused();
      postgres.startAgain();
      clients.awaitAll();
      verify(clients, Map.of());
    }
  }

  @Test
  void queuedJobIsCancelledAcrossARestart() throws Exception {
    Clients clients = new Clients();
    ServerProcess server = start(clients);
    try {
      // Every worker is busy for longer than the test.
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        clients.send(
            "/v1/jobs",
            "{\"command\":[\"sleep\",\"100\"],\"limits\":{\"wallTime\":\"2m\"}}",
            "busy-" + i);
      }
      String id =
          new JsonObject(clients.send("/v1/jobs", bodyOf(0), "wanted").body()).getString("id");
      server.kill();
      server = start(clients);
      HttpResponse<String> cancelled =
          clients.http.send(
              HttpRequest.newBuilder(URI.create(clients.address.get() + "/v1/jobs/" + id))
                  .DELETE()
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals("cancelled", new JsonObject(cancelled.body()).getString("state"));
      server.kill();
      server = start(clients);
      JsonObject job = clients.ended(id);
      assertEquals("cancelled", job.getString("state"));
      assertNull(job.getValue("result"));
      assertEquals(
          "job 0", job.getJsonArray("command").getString(1), "what it was is known nevertheless");
    } finally {
      server.close();
    }
  }

  /**
   * Vert.x unpacks files of the class path, in the temporary folder unless it is told otherwise.
   */
  @Test
  void killedServersLeaveNothingInTheTemporaryFolder() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path data = folder.resolve("data");
    for (int i = 0; i < 2; i++) {
      try (ServerProcess server =
          ServerProcess.withTemporary(temporary, "--data", data.toString())) {
        assertEquals(Set.of(), namesIn(temporary, "vertx"));
        assertEquals(1, namesIn(data, "stockade-files-").size(), "that of the server that runs");
        server.kill();
      }
    }
    assertEquals(Set.of(), namesIn(temporary, "vertx"));
  }

  private static Set<String> namesIn(Path folder, String prefix) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.startsWith(prefix))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void secondServerOfAFolderIsRefused() throws Exception {
    try (ServerProcess server = start(new Clients())) {
      assertNotNull(server.address());
      assertEquals("", ServerProcess.outputOfRefused("--data", folder.resolve("data").toString()));
    }
  }
}
