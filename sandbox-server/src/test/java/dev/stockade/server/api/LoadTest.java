package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.ServerFixture.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.StockadeServer;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.api.ServerFixture.Options;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.NotReadyException;
import dev.stockade.server.job.PolicyCatalog;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A full queue, clients that go away, and the end of the server. */
class LoadTest {
  /** Occupies every worker and every place in the queue; gives the jobs' locations. */
  private static List<String> fill(ServerFixture server) {
    List<String> locations = new ArrayList<>();
    for (int i = 0; i < ServerFixture.WORKERS; i++) {
      locations.add(submitBlock(server));
      server.awaitStart();
    }
    for (int i = 0; i < ServerFixture.QUEUE; i++) {
      locations.add(submitBlock(server));
    }
    return locations;
  }

  private static String submitBlock(ServerFixture server) {
    Answer answer = server.post("/v1/jobs", command("block"));
    assertEquals(202, answer.status());
    return String.valueOf(answer.headers().get("location"));
  }

  private static Future<Answer> waitForBlock(ServerFixture server) {
    return server.begin(HttpMethod.POST, "/v1/jobs?wait=50s", command("block").toBuffer());
  }

  private static RawClient waitingClient(ServerFixture server, String program) throws IOException {
    String body = command(program).encode();
    return new RawClient(server.port())
        .head(
            "POST /v1/jobs?wait=50s HTTP/1.1",
            "Host: localhost",
            "Content-Length: " + body.length())
        .send(body);
  }

  @Test
  void fullQueueIs429WithRetryAfterAndLosesNothing() {
    try (ServerFixture server = new ServerFixture()) {
      List<String> accepted = fill(server);
      Answer refused = server.post("/v1/jobs?wait=30s", command("cat"));
      assertEquals("urn:stockade:problem:queue-full", refused.problem(429).getString("type"));
      assertEquals("1", refused.headers().get("retry-after"));
      assertEquals(
          "the queue is full: 2 jobs are waiting already", refused.json().getString("detail"));

      server.runner.released.release(accepted.size());
      for (String location : accepted) {
        server.get(location + "?wait=30s").job(200, "done");
      }
      server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
    }
  }

  @Test
  void cancelledQueuedJobFreesItsPlaceAtOnce() {
    try (ServerFixture server = new ServerFixture()) {
      List<String> accepted = fill(server);
      server.post("/v1/jobs", command("cat")).problem(429);
      server.delete(accepted.get(accepted.size() - 1)).job(200, "cancelled");
      assertEquals(202, server.post("/v1/jobs", command("cat")).status());
    }
  }

  @Test
  void clientThatGoesAwayCancelsItsRunningJob() throws IOException {
    try (ServerFixture server = new ServerFixture()) {
      RawClient client = waitingClient(server, "block");
      server.awaitStart();
      assertEquals(0, server.runner.cancelled.get());
      client.close();
      eventually("the run is cancelled", () -> server.runner.cancelled.get() == 1);
    }
  }

  @Test
  void clientThatGoesAwayCancelsItsQueuedJob() throws IOException {
    try (ServerFixture server = new ServerFixture()) {
      for (int i = 0; i < ServerFixture.WORKERS; i++) {
        submitBlock(server);
        server.awaitStart();
      }
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < ServerFixture.QUEUE; i++) {
        clients.add(waitingClient(server, "echo"));
      }
      eventually("they wait", () -> server.server.queuedJobs() == clients.size());
      for (RawClient client : clients) {
        client.close();
      }
      eventually("their jobs are gone", () -> server.server.queuedJobs() == 0);
      server.runner.released.release(ServerFixture.WORKERS);
      server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
      server.runner.started.forEach(
          job ->
              assertEquals(
                  "cat",
                  new String(
                      ((dev.stockade.server.job.CommandJob) job).command().get(0),
                      java.nio.charset.StandardCharsets.UTF_8)));
    }
  }

  @Test
  void clientThatOnlyLooksDoesNotCancelWhenItGoesAway() throws IOException {
    try (ServerFixture server = new ServerFixture()) {
      String location = submitBlock(server);
      server.awaitStart();
      try (RawClient client = new RawClient(server.port())) {
        client.head("GET " + location + "?wait=50s HTTP/1.1", "Host: localhost");
        server.get(location).job(200, "running");
      }
      server.runner.released.release();
      server.get(location + "?wait=30s").job(200, "done");
      assertEquals(0, server.runner.cancelled.get());
    }
  }

  @Test
  void waitingJobsMayHoldOnlySoMuchInput() {
    Options options =
        Options.defaults()
            .withBodies(
                ByteSize.ofKibibytes(64), ByteSize.ofKibibytes(100), Duration.ofSeconds(30));
    try (ServerFixture server = new ServerFixture(options)) {
      JsonObject big = command("block").put("stdin", "x".repeat(60_000));
      String location = String.valueOf(server.post("/v1/jobs", big).headers().get("location"));
      server.awaitStart();
      Answer refused = server.post("/v1/jobs", big);
      assertEquals(
          "the jobs that wait hold as much input as the server takes",
          refused.problem(429).getString("detail"));
      assertEquals("1", refused.headers().get("retry-after"));
      assertEquals(202, server.post("/v1/jobs", command("cat")).status());
      server.runner.released.release();
      server.get(location + "?wait=30s").job(200, "done");
      eventually("there is room again", () -> server.post("/v1/jobs", big).status() == 202);
    }
  }

  @Test
  void manyJobsFromManyClientsAreAllDoneOnce() {
    try (ServerFixture server = new ServerFixture()) {
      int clients = 16;
      int each = 20;
      List<Future<Set<String>>> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(submitOneAfterAnother(server, i, each, new HashSet<>()));
      }
      Set<String> ids = new HashSet<>();
      for (Future<Set<String>> one : all) {
        ids.addAll(await(one));
      }
      assertEquals(clients * each, ids.size());
      assertEquals(clients * each, server.runner.started.size());
    }
  }

  /** Submits jobs, again as long as the queue is full, and checks that each answer is its own. */
  private static Future<Set<String>> submitOneAfterAnother(
      ServerFixture server, int client, int left, Set<String> ids) {
    if (left == 0) {
      return Future.succeededFuture(ids);
    }
    String text = client + ":" + left;
    return server
        .begin(HttpMethod.POST, "/v1/jobs?wait=50s", command("echo", text).toBuffer())
        .compose(
            answer -> {
              if (answer.status() == 429) {
                return submitOneAfterAnother(server, client, left, ids);
              }
              JsonObject job = answer.job(200, "done");
              assertEquals("[" + text + "]", job.getJsonObject("result").getString("stdout"));
              assertTrue(ids.add(job.getString("id")));
              return submitOneAfterAnother(server, client, left - 1, ids);
            });
  }

  @Test
  void drainLetsAcceptedJobsEndAndRefusesNewOnes() throws InterruptedException {
    ServerFixture server =
        new ServerFixture(Options.defaults().withDrainTime(Duration.ofSeconds(50)));
    eventually("ready", () -> server.get("/readyz").status() == 200);
    Future<Answer> waiting =
        server.begin(HttpMethod.POST, "/v1/jobs?wait=50s", command("block").toBuffer());
    server.awaitStart();
    Thread closing = new Thread(server.server::close, "closing");
    closing.start();
    eventually("not ready", () -> server.get("/readyz").status() == 503);
    assertEquals(
        "urn:stockade:problem:shutting-down",
        server.post("/v1/jobs", command("cat")).problem(503).getString("type"));
    assertEquals(200, server.get("/livez").status());
    assertFalse(waiting.isComplete());
    server.runner.released.release();
    await(waiting).job(200, "done");
    closing.join(120_000);
    assertFalse(closing.isAlive());
    server.close();
  }

  @Test
  void drainCancelsWhatDoesNotEndInTime() {
    ServerFixture server = new ServerFixture(Options.defaults().withDrainTime(Duration.ZERO));
    List<Future<Answer>> waiting = new ArrayList<>();
    for (int i = 0; i < ServerFixture.WORKERS; i++) {
      waiting.add(waitForBlock(server));
      server.awaitStart();
    }
    for (int i = 0; i < ServerFixture.QUEUE; i++) {
      waiting.add(waitForBlock(server));
    }
    eventually("all are accepted", () -> server.server.queuedJobs() == ServerFixture.QUEUE);
    server.server.close();
    for (Future<Answer> one : waiting) {
      await(one).job(200, "cancelled");
    }
    assertEquals(ServerFixture.WORKERS, server.runner.cancelled.get());
    assertTrue(server.runner.started.isEmpty(), "queued jobs never start");
    server.close();
  }

  @Test
  void serverIsNotReadyUntilAJobHasRun() {
    try (ServerFixture server = new ServerFixture(Options.defaults().withBrokenSandbox())) {
      eventually(
          "the first job has failed",
          () -> "no user namespaces here".equals(server.get("/readyz").json().getString("detail")));
      JsonObject problem = server.get("/readyz").problem(503);
      assertEquals("urn:stockade:problem:not-ready", problem.getString("type"));
      assertEquals(200, server.get("/livez").status());
      server.runner.sandboxBroken = false;
      eventually("ready", () -> server.get("/readyz").status() == 200);
    }
  }

  /** Languages that a test lets be found, or not. */
  private static final class Searching implements Languages {
    private final CompletableFuture<Void> searched = new CompletableFuture<>();
    private volatile boolean found;

    @Override
    public List<Language> all() {
      if (!found) {
        throw new NotReadyException("being looked for");
      }
      return TestLanguage.ALL.all();
    }

    @Override
    public CompletionStage<Void> whenSearched() {
      return searched;
    }

    void end(boolean success) {
      found = success;
      searched.complete(null);
    }
  }

  private static ServerFixture searching(Searching languages) {
    return new ServerFixture(
        new StockadeServer.Services(
            new TestRunner(), languages, PolicyCatalog.shipped(), () -> null));
  }

  @Test
  void whileLanguagesAreLookedForTheirJobsWaitAndEverythingElseWorks() {
    Searching languages = new Searching();
    try (ServerFixture server = searching(languages)) {
      eventually("ready", () -> server.get("/readyz").status() == 200);
      JsonObject python = new JsonObject().put("language", "python").put("source", "");
      JsonObject large = python.copy().put("stdin", "x".repeat(100_000));
      JsonObject unknown = python.copy().put("language", "klingon");
      List<Future<Answer>> waiting =
          List.of(
              server.begin(HttpMethod.GET, "/v1/languages", null),
              server.begin(HttpMethod.POST, "/v1/jobs?wait=30s", python.toBuffer()),
              server.begin(HttpMethod.POST, "/v1/jobs?wait=30s", large.toBuffer()),
              server.begin(HttpMethod.POST, "/v1/jobs", unknown.toBuffer()));
      server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
      assertEquals(200, server.get("/readyz").status());
      assertTrue(waiting.stream().noneMatch(Future::isComplete), "nobody has an answer yet");
      languages.end(true);
      assertEquals(200, await(waiting.get(0)).status());
      await(waiting.get(1)).job(200, "done");
      await(waiting.get(2)).job(200, "done");
      assertEquals("language", await(waiting.get(3)).problem(400).getString("field"));
    }
  }

  @Test
  void whenLanguagesCannotBeLookedForEverybodyLearnsThat() {
    Searching languages = new Searching();
    try (ServerFixture server = searching(languages)) {
      eventually("ready", () -> server.get("/readyz").status() == 200);
      JsonObject python = new JsonObject().put("language", "python").put("source", "");
      Future<Answer> waiting = server.begin(HttpMethod.POST, "/v1/jobs", python.toBuffer());
      languages.end(false);
      assertEquals("urn:stockade:problem:not-ready", await(waiting).problem(503).getString("type"));
      Answer list = server.get("/v1/languages");
      assertEquals("being looked for", list.problem(503).getString("detail"));
      assertEquals("1", list.headers().get("retry-after"));
      assertEquals("being looked for", server.get("/readyz").problem(503).getString("detail"));
      server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
    }
  }

  @Test
  void aServerOnAHostWhereAPromiseDoesNotHoldSaysSo() {
    try (ServerFixture server =
        new ServerFixture(
            new StockadeServer.Services(
                new TestRunner(),
                TestLanguage.ALL,
                PolicyCatalog.shipped(),
                () -> "a promise does not hold on this host: No network"))) {
      eventually(
          "it is why the server is not ready",
          () ->
              "a promise does not hold on this host: No network"
                  .equals(server.get("/readyz").json().getString("detail")));
      assertEquals(503, server.get("/readyz").status());
    }
  }
}
