package dev.stockade.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients with one token that mean a server harm, all at one time, until they are told to stop:
 * connections that drip, bodies that are too large, bodies that are broken, and jobs that want
 * everything. Each looks at its answers and remembers what is not as it should be.
 */
final class HostileClients implements AutoCloseable {
  /** Of each sort of client. */
  record Numbers(int dripping, int oversized, int malformed, int jobs) {}

  private static final long DRIP_PAUSE_NANOS = Duration.ofMillis(250).toNanos();
  private static final long FLOOD_PAUSE_NANOS = Duration.ofMillis(4).toNanos();
  private static final int TOO_LARGE_BYTES = 100 << 20;
  private static final int CHUNK_BYTES = 64 << 10;

  /** A job, and the verdicts that it may have: which limit is met first is a race. */
  private record HostileJob(String name, String command, String time, Set<String> verdicts) {
    String body() {
      return "{\"command\":[\"sh\",\"-c\",\""
          + command
          + "\"],\"limits\":{"
          + time
          + ",\"memory\":\"64MiB\"}}";
    }
  }

  private static final String SHORT = "\"cpuTime\":\"1s\",\"wallTime\":\"3s\"";

  /** For what ends by itself, however little of a processor it gets beside the others. */
  private static final String LONG = "\"cpuTime\":\"30s\",\"wallTime\":\"2m\"";

  private static final Set<String> TIME = Set.of("CPU_TIME_LIMIT", "WALL_TIME_LIMIT");
  private static final List<HostileJob> JOBS =
      List.of(
          new HostileJob("busy loop", "while :; do :; done", SHORT, TIME),
          new HostileJob("output flood", "yes", LONG, Set.of("OUTPUT_LIMIT")),
          new HostileJob(
              "memory hog",
              "tail /dev/zero",
              SHORT,
              Set.of("MEMORY_LIMIT", "CPU_TIME_LIMIT", "WALL_TIME_LIMIT")),
          new HostileJob(
              "fork bomb",
              "f() { f | f & }; f; wait",
              SHORT,
              Set.of(
                  "CPU_TIME_LIMIT",
                  "WALL_TIME_LIMIT",
                  "MEMORY_LIMIT",
                  "OUTPUT_LIMIT",
                  "NONZERO_EXIT",
                  "OK")));

  private static final List<String> BROKEN =
      List.of(
          "{\"command\":[\"true\"]",
          "{\"command\":[\"true\"],\"command\":[\"true\"]}",
          "{\"command\":\"true\"}",
          "[".repeat(10_000),
          "{\"command\":[\"true\"],\"limits\":{\"pids\":1e400}}",
          "{\"language\":\"nobody's\",\"source\":\"\"}",
          "\u0000",
          "{}");

  private final URI server;
  private final String token;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  HostileClients(String address, String token, Numbers numbers) {
    this.server = URI.create(address);
    this.token = token;
    start("dripping", this::drip, numbers.dripping());
    for (int i = 0; i < numbers.oversized(); i++) {
      boolean announced = i % 2 == 0;
      start("oversized", () -> sendTooMuch(announced));
    }
    for (int i = 0; i < numbers.malformed(); i++) {
      start("malformed", this::sendBroken);
    }
    for (int i = 0; i < numbers.jobs(); i++) {
      int first = i;
      start("jobs", () -> sendJobs(first));
    }
  }

  private interface Client {
    void run() throws IOException, InterruptedException;
  }

  private interface ManyConnections {
    void run(int connections) throws IOException, InterruptedException;
  }

  private void start(String name, ManyConnections client, int connections) {
    start(name, () -> client.run(connections));
  }

  private void start(String name, Client client) {
    Thread thread =
        new Thread(
            () -> {
              try {
                client.run();
              } catch (IOException | InterruptedException | RuntimeException e) {
                faults.add(name + " ended with " + e);
              }
            },
            name);
    thread.start();
    threads.add(thread);
  }

  private void count(String what) {
    counts.computeIfAbsent(what, first -> new AtomicInteger()).incrementAndGet();
  }

  /** What was done, and how often. */
  Map<String, AtomicInteger> counts() {
    return new TreeMap<>(counts);
  }

  /** What was answered otherwise than it should be. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Whether each sort of client has got an answer. */
  boolean haveAllBegun() {
    return List.of("dripping", "oversized", "malformed").stream().allMatch(counts::containsKey)
        && JOBS.stream().anyMatch(job -> counts.containsKey(job.name()));
  }

  private String head(String more) {
    return "POST /v1/jobs?wait=60s HTTP/1.1\r\nHost: "
        + server.getAuthority()
        + "\r\nAuthorization: Bearer "
        + token
        + "\r\n"
        + more;
  }

  /** Half of them never end their head, the others never their body. */
  private void drip(int connections) throws IOException, InterruptedException {
    List<Socket> open = new ArrayList<>();
    while (!stopped) {
      while (open.size() < connections) {
        Socket socket = connect();
        String begun = open.size() % 2 == 0 ? "X: " : "Content-Length: 100000\r\n\r\n";
        socket.getOutputStream().write(head(begun).getBytes(US_ASCII));
        open.add(socket);
        count("dripping");
      }
      for (Socket socket : List.copyOf(open)) {
        if (!dripOnce(socket)) {
          open.remove(socket);
        }
      }
      LockSupport.parkNanos(DRIP_PAUSE_NANOS);
    }
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** False when the server has hung up, which it may do with an answer that says why. */
  private boolean dripOnce(Socket socket) throws IOException {
    if (socket.getInputStream().available() > 0) {
      String answer = readAnswer(socket);
      expect(answer.startsWith("HTTP/1.1 408 "), "dripping: 408", answer);
      return false;
    }
    try {
      socket.getOutputStream().write('x');
      return true;
    } catch (IOException closed) {
      socket.close();
      count("dripping: reset");
      return false;
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.getPort());
  }

  /**
   * All that the server says until it hangs up. It resets the connection behind its answer when the
   * client goes on for more than the second that it is given to stop.
   */
  private static String readAnswer(Socket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (socket;
        InputStream in = socket.getInputStream()) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        answer.write(next);
      }
    } catch (SocketException reset) {
      if (answer.size() == 0) {
        throw reset;
      }
    }
    return answer.toString(US_ASCII);
  }

  /**
   * A body whose length is not announced meets one of the server's bounds: on its size, on all that
   * the server holds, or, where this client is slow, on its time.
   */
  private void sendTooMuch(boolean announced) throws IOException {
    byte[] chunk =
        (Integer.toHexString(CHUNK_BYTES) + "\r\n" + "x".repeat(CHUNK_BYTES) + "\r\n")
            .getBytes(US_ASCII);
    while (!stopped) {
      try (Socket socket = connect()) {
        String how =
            announced ? "Content-Length: " + TOO_LARGE_BYTES : "Transfer-Encoding: chunked";
        socket.getOutputStream().write(head(how + "\r\n\r\n").getBytes(US_ASCII));
        if (!announced) {
          sendUntilAnswered(socket, chunk);
        }
        String answer = readAnswer(socket);
        String status = answer.replaceFirst("(?s)^HTTP/1.1 (\\d+) .*", "$1");
        boolean right =
            Set.of("413", "429").contains(status) || (!announced && status.equals("408"));
        expect(right && answer.contains("application/problem+json"), "oversized", answer);
      }
      LockSupport.parkNanos(DRIP_PAUSE_NANOS);
    }
  }

  private static void sendUntilAnswered(Socket socket, byte[] chunk) throws IOException {
    try {
      int sent = 0;
      while (sent < TOO_LARGE_BYTES && socket.getInputStream().available() == 0) {
        socket.getOutputStream().write(chunk);
        sent += CHUNK_BYTES;
      }
    } catch (SocketException hungUp) {
      // by a server that has answered while nobody here had a processor to look; what it said is
      // there
    }
  }

  private void sendBroken() throws IOException, InterruptedException {
    for (int next = 0; !stopped; next++) {
      HttpResponse<String> answer = post("/v1/jobs", BROKEN.get(next % BROKEN.size()));
      expect(
          answer.statusCode() == 400 && new JsonObject(answer.body()).containsKey("field"),
          "malformed",
          answer.body());
      LockSupport.parkNanos(FLOOD_PAUSE_NANOS);
    }
  }

  /** Every second one is accepted first, and waited for then. */
  private void sendJobs(int first) throws IOException, InterruptedException {
    for (int next = first; !stopped; next++) {
      HostileJob job = JOBS.get(next % JOBS.size());
      boolean waits = next / JOBS.size() % 2 == 0;
      HttpResponse<String> answer = post(waits ? "/v1/jobs?wait=60s" : "/v1/jobs", job.body());
      if (answer.statusCode() == 429) {
        count("queue full");
        LockSupport.parkNanos(DRIP_PAUSE_NANOS);
        continue;
      }
      JsonObject ended = new JsonObject(answer.body());
      // the answer to what was accepted is a reference, even when it has ended meanwhile
      while (answer.statusCode() == 202
          || Set.of("queued", "running").contains(ended.getString("state", ""))) {
        answer = get("/v1/jobs/" + ended.getString("id") + "?wait=60s");
        ended = new JsonObject(answer.body());
      }
      String verdict = ended.getString("verdict", "none");
      expect(job.verdicts().contains(verdict), job.name(), answer.body());
    }
  }

  private void expect(boolean right, String what, String answer) {
    count(what);
    if (!right) {
      faults.add(what + " was answered " + answer.substring(0, Math.min(600, answer.length())));
    }
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path)).header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Stops them, and waits for the answers that are still to come. */
  @Override
  public void close() {
    stopped = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
