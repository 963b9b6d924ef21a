package dev.stockade.fuzz.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.testing.Seed;
import dev.stockade.fuzz.Effort;
import dev.stockade.server.EdgeConfig;
import dev.stockade.server.ServerConfig;
import dev.stockade.server.StockadeServer;
import dev.stockade.server.files.FileLimits;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.worker.CompileCache;
import dev.stockade.server.worker.SandboxJobRunner;
import dev.stockade.server.worker.Sandboxes;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Eight clients that send honest and hostile jobs over HTTP, some of which they give up: no result
 * belongs to another job, no fault is ours, and nothing grows.
 *
 * <p>The system property {@code stockade.seed} repeats the clients' choices.
 */
final class SoakIT {
  private static final int CLIENTS = 8;
  private static final List<SoakJob> KINDS = List.of(SoakJob.values());

  /** One for all: each has descriptors of its own until it is collected as garbage. */
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Sockets and timers of the HTTP client and of Vert.x come and go; a leak is one per job. */
  private static final int DESCRIPTOR_NOISE = 30;

  private static final long HEAP_NOISE = 8 << 20;

  @Test
  void nothingGrowsAndNothingIsMixedUp() throws Exception {
    long seed = Seed.current();
    System.out.println("soak: " + Seed.option());
    PolicyCatalog policies = PolicyCatalog.shipped();
    int workers = Runtime.getRuntime().availableProcessors();
    try (Sandboxes sandboxes = new Sandboxes(policies, new SandboxOptions(workers, 1))) {
      sandboxes.open("default");
      StockadeServer.Services services =
          new StockadeServer.Services(
              new SandboxJobRunner(sandboxes, List::of, CompileCache.off()),
              List::of,
              policies,
              () -> null);
      try (StockadeServer server = StockadeServer.start(config(workers), services)) {
        URI jobs = URI.create("http://127.0.0.1:" + server.port() + "/v1/jobs");
        work(jobs, seed, Duration.ofSeconds(2));
        Footprint before = Footprint.now();
        Map<SoakJob, Integer> done = work(jobs, seed + 1, Duration.ofSeconds(Effort.of(15, 600)));
        Footprint after = before.later();
        System.out.println("soak: " + done + "\nbefore " + before + "\nafter  " + after);
        assertEquals(before.children(), after.children(), "processes");
        assertEquals(before.leaves(), after.leaves(), "cgroups");
        assertEquals(before.mounts(), after.mounts(), "mounts");
        assertTrue(after.descriptors() < before.descriptors() + DESCRIPTOR_NOISE, "descriptors");
        assertTrue(after.heap() < before.heap() + HEAP_NOISE, "heap");
        assertEquals(KINDS.size(), done.size(), "every kind of job had its turn");
      }
    }
  }

  private static ServerConfig config(int workers) {
    return new ServerConfig(
        "127.0.0.1",
        0,
        Optional.empty(),
        workers,
        256,
        ByteSize.ofMebibytes(1),
        ByteSize.ofMebibytes(64),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        100,
        Duration.ofMinutes(10),
        ByteSize.ofMebibytes(8),
        ByteSize.ofBytes(0),
        FileLimits.defaults(),
        EdgeConfig.PLAIN);
  }

  private static Map<SoakJob, Integer> work(URI jobs, long seed, Duration time) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<Map<SoakJob, Integer>>> clients = new ArrayList<>();
      long end = System.nanoTime() + time.toNanos();
      Set<SoakJob> seen = ConcurrentHashMap.newKeySet();
      for (int number = 0; number < CLIENTS; number++) {
        clients.add(threads.submit(new Client(jobs, seed * CLIENTS + number, end, seen)));
      }
      Map<SoakJob, Integer> done = new EnumMap<>(SoakJob.class);
      for (Future<Map<SoakJob, Integer>> client : clients) {
        client.get().forEach((job, count) -> done.merge(job, count, Integer::sum));
      }
      return done;
    } finally {
      threads.shutdown();
    }
  }

  /** Sends one job after the other until its time is up and every kind of job had its turn. */
  private static final class Client implements Callable<Map<SoakJob, Integer>> {
    private final URI jobs;
    private final Random random;
    private final long end;
    private final Set<SoakJob> seen;

    Client(URI jobs, long seed, long end, Set<SoakJob> seen) {
      this.jobs = jobs;
      this.random = new Random(seed);
      this.end = end;
      this.seen = seen;
    }

    @Override
    public Map<SoakJob, Integer> call() throws Exception {
      Map<SoakJob, Integer> done = new EnumMap<>(SoakJob.class);
      while (System.nanoTime() < end || seen.size() < KINDS.size()) {
        SoakJob job = KINDS.get(random.nextInt(KINDS.size()));
        String token = Long.toHexString(random.nextLong());
        JsonObject request = job.request(token);
        if (random.nextInt(10) == 0) {
          giveUp(request);
        } else {
          HttpResponse<String> answer = send(post("?wait=60s", request));
          assertEquals(200, answer.statusCode(), () -> job + ": " + answer.body());
          job.check(token, new JsonObject(answer.body()));
          done.merge(job, 1, Integer::sum);
          seen.add(job);
        }
      }
      return done;
    }

    /** Submits a job and cancels it, wherever it is by then. */
    private void giveUp(JsonObject request) throws Exception {
      HttpResponse<String> accepted = send(post("", request));
      assertEquals(202, accepted.statusCode(), accepted::body);
      String id = new JsonObject(accepted.body()).getString("id");
      Thread.sleep(random.nextInt(100));
      HttpResponse<String> cancelled =
          send(HttpRequest.newBuilder(URI.create(jobs + "/" + id)).DELETE());
      assertTrue(cancelled.statusCode() < 300, cancelled::body);
    }

    private HttpRequest.Builder post(String query, JsonObject request) {
      return HttpRequest.newBuilder(URI.create(jobs + query))
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(request.encode()));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
