package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import dev.stockade.server.bench.Distribution;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that sends one small job after the other, first alone, then beside clients of another
 * token that mean the server harm: every one of its jobs is done, whatever the others do, and
 * theirs are answered as they should be. The long form prints what it costs.
 */
@Timeout(1800)
final class HostileLoadIT {
  private static final boolean LONG = System.getProperty("stockade.effort", "short").equals("long");
  private static final int JOBS = LONG ? 2000 : 20;
  private static final int WARM_UP = LONG ? 500 : 5;
  private static final HostileClients.Numbers OTHERS =
      LONG ? new HostileClients.Numbers(200, 2, 2, 8) : new HostileClients.Numbers(20, 2, 1, 4);

  /** How long the quiet server's times are worth comparing with. */
  private static final Duration MOST = Duration.ofMinutes(3);

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @BeforeAll
  static void needsSandbox() {
    SandboxNeeds.defaultPolicy();
  }

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void jobsOfOneTokenAreDoneWhateverThoseOfAnotherDo() throws Exception {
    TokenFile tokens = new TokenFile(folder.resolve("tokens"));
    String good = tokens.create("judge", Role.SUBMIT, TokenLimits.NONE, InstantSource.system());
    String bad = tokens.create("stranger", Role.SUBMIT, TokenLimits.NONE, InstantSource.system());
    try (ServerProcess server =
        new ServerProcess("--tokens", folder.resolve("tokens").toString(), "--body-time", "5s")) {
      times(server, good, WARM_UP);
      Distribution quiet = times(server, good, JOBS);
      HostileClients others = new HostileClients(server.address(), bad, OTHERS);
      Distribution beside;
      try (others) {
        await(others);
        beside = times(server, good, JOBS);
      }
      print(quiet, beside, others);
      assertEquals(List.of(), others.faults());
      times(server, good, 1);
    }
  }

  private static void await(HostileClients others) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!others.haveAllBegun()) {
      assertTrue(System.nanoTime() < end, () -> "answered until now: " + others.counts());
      Thread.sleep(10);
    }
  }

  /** Sends so many jobs, or fewer when they take too long; each must be done. */
  private Distribution times(ServerProcess server, String token, int jobs)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(server, token, "/v1/jobs?wait=60s")
            .POST(HttpRequest.BodyPublishers.ofString("{\"command\":[\"true\"]}"))
            .build();
    long[] nanos = new long[jobs];
    long end = System.nanoTime() + MOST.toNanos();
    int done = 0;
    while (done < jobs && (done == 0 || System.nanoTime() < end)) {
      long before = System.nanoTime();
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      while (answer.statusCode() == 202 || isUnfinished(answer)) {
        String place = "/v1/jobs/" + new JsonObject(answer.body()).getString("id") + "?wait=60s";
        answer =
            http.send(request(server, token, place).build(), HttpResponse.BodyHandlers.ofString());
      }
      nanos[done++] = System.nanoTime() - before;
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals("OK", new JsonObject(answer.body()).getString("verdict"), answer.body());
    }
    return new Distribution(Arrays.copyOf(nanos, done));
  }

  private static HttpRequest.Builder request(ServerProcess server, String token, String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .header("Authorization", "Bearer " + token);
  }

  private static boolean isUnfinished(HttpResponse<String> answer) {
    return answer.statusCode() == 200
        && List.of("queued", "running").contains(new JsonObject(answer.body()).getString("state"));
  }

  private static void print(Distribution quiet, Distribution beside, HostileClients others) {
    System.out.printf(
        Locale.ROOT,
        "quiet: %s%nbeside hostile clients: %s, p99 %.1f times as long%nthe others: %s%n",
        line(quiet),
        line(beside),
        (double) beside.p99() / quiet.p99(),
        others.counts());
  }

  private static String line(Distribution times) {
    return String.format(
        Locale.ROOT,
        "%d jobs, p50 %.1f ms, p95 %.1f ms, p99 %.1f ms",
        times.count(),
        times.p50() / 1e6,
        times.p95() / 1e6,
        times.p99() / 1e6);
  }
}
