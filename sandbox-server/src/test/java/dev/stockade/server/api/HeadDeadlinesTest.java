package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.ServerConfig;
import dev.stockade.server.StockadeServer;
import dev.stockade.server.job.PolicyCatalog;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long the head of a request may take. */
@Timeout(300)
final class HeadDeadlinesTest {
  /** For whoever sends a head at once long enough to do so on a machine that is busy. */
  private static final Duration TIME = Duration.ofSeconds(3);

  /** What an answer takes: longer than a head may. */
  private static final Duration LATE = TIME.plusMillis(500);

  private static final String GET = "GET / HTTP/1.1";
  private static final String HOST = "Host: localhost";

  private final Vertx vertx = Vertx.vertx();
  private final HeadDeadlines heads = new HeadDeadlines(vertx, TIME);
  private final HttpServer server = start();

  private HttpServer start() {
    Router router = Router.router(vertx);
    router.route().handler(heads);
    router.route("/").handler(context -> context.end("now."));
    router
        .route("/late")
        .handler(context -> vertx.setTimer(LATE.toMillis(), over -> context.end("after a while.")));
    router.route("/socket").handler(this::upgrade);
    return vertx
        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false)) // as ours
        .connectionHandler(heads::opened)
        .requestHandler(router)
        .listen(0, "127.0.0.1")
        .await();
  }

  /** As the handler of sessions does it. */
  private void upgrade(RoutingContext context) {
    context
        .request()
        .toWebSocket()
        .onSuccess(
            socket -> {
              heads.upgraded(context.request().connection());
              socket.writeTextMessage("open.");
            });
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void whoNeverEndsAHeadIsHungUpOn() throws IOException {
    try (RawClient client = new RawClient(server.actualPort())) {
      client.send(GET + "\r\nX-Drop: ");
      assertThrows(IOException.class, () -> drip(client));
    }
  }

  @Test
  void soIsWhoHasBeenAnsweredBefore() throws IOException {
    try (RawClient client = new RawClient(server.actualPort())) {
      client.head(GET, HOST).readUntil("now.");
      client.send(GET + "\r\nX-Drop: ");
      assertThrows(IOException.class, () -> drip(client));
    }
  }

  @Test
  void anAnswerMayTakeLonger() throws IOException {
    try (RawClient client = new RawClient(server.actualPort())) {
      client.head("GET /late HTTP/1.1", HOST);
      assertTrue(client.readUntil("while.").startsWith("HTTP/1.1 200 "));
    }
  }

  @Test
  void requestsThatCameTogetherAreAllAnswered() throws IOException {
    try (RawClient client = new RawClient(server.actualPort())) {
      String late = "GET /late HTTP/1.1\r\n" + HOST + "\r\n\r\n";
      client.send(late + late + late);
      for (int answer = 0; answer < 3; answer++) {
        client.readUntil("while.");
      }
    }
  }

  @Test
  void whatHasBecomeAWebSocketIsForgotten() throws IOException {
    try (RawClient client = new RawClient(server.actualPort())) {
      client
          .head(
              "GET /socket HTTP/1.1",
              HOST,
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "Sec-WebSocket-Version: 13")
          .readUntil("open.");
      assertEquals(0, heads.watched());
    }
  }

  @Test
  void aServerHasOneForItsConnections() throws IOException {
    ServerConfig usual = ServerFixture.Options.defaults().config();
    ServerConfig config =
        new ServerConfig(
            usual.host(),
            usual.port(),
            usual.tokens(),
            usual.workers(),
            usual.queueCapacity(),
            usual.maxBody(),
            usual.maxHeldInput(),
            usual.bodyTime(),
            Duration.ofSeconds(1),
            usual.drainTime(),
            usual.finishedJobs(),
            usual.finishedAge(),
            usual.finishedBytes(),
            usual.compileCache(),
            usual.files(),
            usual.edge());
    StockadeServer.Services services =
        new StockadeServer.Services(
            new TestRunner(), TestLanguage.ALL, PolicyCatalog.shipped(), () -> null);
    try (StockadeServer real = StockadeServer.start(config, services);
        RawClient client = new RawClient(real.port())) {
      client.send(GET + "\r\nX-Drop: ");
      assertThrows(IOException.class, () -> drip(client));
    }
  }

  private static void drip(RawClient client) throws IOException, InterruptedException {
    while (true) {
      client.send("a");
      Thread.sleep(20);
    }
  }
}
