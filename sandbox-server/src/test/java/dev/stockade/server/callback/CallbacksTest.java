package dev.stockade.server.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.callback.CallbackConfig.Schedule;
import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore.Retention;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.store.CallbackProgress;
import dev.stockade.server.store.CallbackProgress.State;
import dev.stockade.server.store.Ending;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.NewJob;
import dev.stockade.server.store.StoredJob;
import dev.stockade.server.store.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ends told to a real HTTP server, out of a real SQLite. */
@Timeout(120)
final class CallbacksTest {
  private static final String SECRET = "a secret of at least 32 characters";
  private final Instant now = Instant.now();

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Receiver receiver = new Receiver(vertx);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private JobQueue open() {
    return Stores.inFolder(folder.resolve("data"))
        .open(new Retention(100, Duration.ofHours(1), 1 << 20));
  }

  private void end(JobQueue queue, String id, String url) {
    queue.add(
        new NewJob(
            id,
            new byte[1],
            "{}".getBytes(UTF_8),
            "d",
            0,
            "",
            null,
            null,
            null,
            now,
            null,
            url,
            Set.of()),
        9);
    byte[] document = "{\"verdict\":\"OK\"}".getBytes(UTF_8);
    assertTrue(
        queue.finish(
            queue.claim("me", 1).get(0), new Ending(JobState.DONE, "OK", now, now, document)));
  }

  private CallbackConfig config(CallbackTargets targets, int attempts) {
    return new CallbackConfig(
        targets,
        SECRET.getBytes(UTF_8),
        new Schedule(attempts, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(30)));
  }

  private CallbackTargets inside() {
    return new CallbackTargets(Set.of(), Set.of(CallbackOrigin.parse(receiver.url(""))));
  }

  /** A queue whose ends are told. */
  private record Telling(JobQueue queue, Callbacks callbacks) implements AutoCloseable {
    @Override
    public void close() {
      callbacks.close();
      queue.close();
    }
  }

  private Telling begin(CallbackConfig config, Resolver resolver) {
    return begin(config, resolver, new HttpClientOptions());
  }

  private Telling begin(CallbackConfig config, Resolver resolver, HttpClientOptions options) {
    JobQueue queue = open();
    return new Telling(
        queue,
        new Callbacks(
            vertx,
            queue,
            config,
            job -> Objects.requireNonNull(job.document()),
            new Metrics(),
            resolver,
            options));
  }

  private Telling begin(int attempts) {
    return begin(
        config(inside(), attempts),
        host -> {
          throw new UnknownHostException(host);
        });
  }

  /** Waits until nothing is to be told any more. */
  private static CallbackProgress settled(JobQueue queue, String id) throws InterruptedException {
    while (true) {
      CallbackProgress progress = queue.find(id).map(StoredJob::callback).orElseThrow();
      if (progress.state() != State.WAITING) {
        return progress;
      }
      Thread.sleep(10);
    }
  }

  @Test
  void endIsToldSigned() throws InterruptedException {
    try (Telling on = begin(3)) {
      end(on.queue(), "a", receiver.url("/ended?of=job"));
      Receiver.Told told = receiver.next();
      assertEquals("POST /ended?of=job", told.path());
      assertEquals("{\"verdict\":\"OK\"}", told.body());
      assertEquals("a", told.job());
      assertEquals("1", told.attempt());
      assertTrue(told.isSignedWith(SECRET));
      assertTrue(!told.isSignedWith(SECRET + "!"));
      assertEquals(new CallbackProgress(State.DELIVERED, 1, 200), settled(on.queue(), "a"));
    }
  }

  /** Each end that was told left two errors in the log, with their stacks. */
  @Test
  void bodyOfAnAnswerThatIsNotReadIsNoError() throws InterruptedException {
    Logger vertxs = Logger.getLogger("io.vertx");
    List<String> errors = new CopyOnWriteArrayList<>();
    Handler kept =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            String message = String.valueOf(entry.getMessage());
            if (message.startsWith("Stream reset")) {
              errors.add(message);
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    vertxs.addHandler(kept);
    try (Telling on = begin(3)) {
      end(on.queue(), "a", receiver.url("/"));
      assertEquals(new CallbackProgress(State.DELIVERED, 1, 200), settled(on.queue(), "a"));
    } finally {
      vertxs.removeHandler(kept);
    }
    assertEquals(List.of(), errors);
  }

  @Test
  void faultOfTheReceiverIsTriedAgainAndRedirectionsAreNotFollowed() throws InterruptedException {
    receiver.answer(500, 302, 204);
    try (Telling on = begin(5)) {
      end(on.queue(), "a", receiver.url("/"));
      assertEquals(new CallbackProgress(State.DELIVERED, 3, 204), settled(on.queue(), "a"));
    }
    assertEquals(
        "1 2 3",
        receiver.next().attempt()
            + " "
            + receiver.next().attempt()
            + " "
            + receiver.next().attempt());
    assertEquals(0, receiver.waiting(), "nothing at Location");
  }

  @Test
  void itIsGivenUp() throws InterruptedException {
    receiver.answer(500, 500, 503, 500);
    try (Telling on = begin(3)) {
      end(on.queue(), "a", receiver.url("/"));
      assertEquals(new CallbackProgress(State.GIVEN_UP, 3, 503), settled(on.queue(), "a"));
    }
  }

  @Test
  void refusedConnectionIsTriedAgain() throws InterruptedException {
    int port = receiver.port();
    CallbackTargets targets = inside();
    String url = receiver.url("/");
    receiver.close();
    try (Telling on = begin(config(targets, 1000), InetAddress::getAllByName)) {
      end(on.queue(), "a", url);
      while (on.queue().find("a").map(StoredJob::callback).orElseThrow().attempts() < 2) {
        Thread.sleep(10);
      }
      try (Receiver back = new Receiver(vertx, port)) {
        assertEquals("a", back.next().job());
        assertEquals(State.DELIVERED, settled(on.queue(), "a").state());
      }
    }
  }

  @Test
  void nextServerTellsWhatThisOneDidNot() throws InterruptedException {
    try (JobQueue queue = open()) {
      end(queue, "a", receiver.url("/"));
    }
    try (Telling on = begin(3)) {
      assertEquals("a", receiver.next().job());
      assertEquals(new CallbackProgress(State.DELIVERED, 1, 200), settled(on.queue(), "a"));
    }
  }

  @Test
  void nameOfAPrivateAddressIsNotConnectedTo() throws InterruptedException {
    String origin = "http://hooks.example:" + receiver.port();
    CallbackTargets open = new CallbackTargets(Set.of(CallbackOrigin.parse(origin)), Set.of());
    assertEquals(null, open.faultOf(origin + "/"), "a name is looked up when it is told");
    for (String address : new String[] {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) {
      try (Telling on = begin(config(open, 2), host -> InetAddress.getAllByName(address))) {
        end(on.queue(), address, origin + "/");
        assertEquals(new CallbackProgress(State.GIVEN_UP, 2, null), settled(on.queue(), address));
      }
    }
    assertEquals(0, receiver.waiting());
  }

  @Test
  void oneLookUpDecidesWhereItGoes() throws InterruptedException {
    String origin = "http://hooks.example:" + receiver.port();
    CallbackTargets inside = new CallbackTargets(Set.of(), Set.of(CallbackOrigin.parse(origin)));
    try (Telling on = begin(config(inside, 1), host -> InetAddress.getAllByName("127.0.0.1"))) {
      end(on.queue(), "a", origin + "/");
      assertEquals("a", receiver.next().job(), "hooks.example is in no real DNS");
    }
  }

  @Test
  void hostThatIsListedNoMoreIsGivenUp() throws InterruptedException {
    try (Telling on =
        begin(config(new CallbackTargets(Set.of(), Set.of()), 1), InetAddress::getAllByName)) {
      end(on.queue(), "a", receiver.url("/"));
      assertEquals(new CallbackProgress(State.GIVEN_UP, 1, null), settled(on.queue(), "a"));
    }
    assertEquals(0, receiver.waiting());
  }

  /** What one is told that has a certificate of this name, which the server trusts. */
  private CallbackProgress toldOverTls(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    assertEquals(0, keytool.waitFor());
    PfxOptions pfx = new PfxOptions().setPath(store.toString()).setPassword("changeit");
    byte[] certificate =
        KeyStore.getInstance(store.toFile(), "changeit".toCharArray())
            .getCertificate("server")
            .getEncoded();
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
            + "\n-----END CERTIFICATE-----\n";
    HttpClientOptions trusting =
        new HttpClientOptions()
            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem)));
    try (Receiver secure =
        new Receiver(vertx, 0, new HttpServerOptions().setSsl(true).setKeyCertOptions(pfx))) {
      String origin = "hooks.example:" + secure.port();
      CallbackTargets targets = new CallbackTargets(Set.of(), Set.of(CallbackOrigin.parse(origin)));
      try (Telling on =
          begin(config(targets, 1), host -> InetAddress.getAllByName("127.0.0.1"), trusting)) {
        end(on.queue(), name, "https://" + origin + "/");
        return settled(on.queue(), name);
      }
    }
  }

  @Test
  void onlyWhoHasTheNamesCertificateIsTold() throws Exception {
    assertEquals(new CallbackProgress(State.DELIVERED, 1, 200), toldOverTls("hooks.example"));
    assertEquals(new CallbackProgress(State.GIVEN_UP, 1, null), toldOverTls("others.example"));
  }
}
