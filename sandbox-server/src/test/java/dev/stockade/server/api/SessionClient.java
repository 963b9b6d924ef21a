package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** A client of a session that keeps what it hears. */
final class SessionClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<JsonObject> answers = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final CountDownLatch closed = new CountDownLatch(1);
  final WebSocket socket;

  /** Held, because a client that nobody holds closes its sockets. */
  private final WebSocketClient client = client(vertx);

  SessionClient(int port) {
    this(port, options -> options);
  }

  SessionClient(int port, UnaryOperator<WebSocketConnectOptions> change) {
    Future<WebSocket> connected =
        connect(client, port, change)
            .onSuccess(
                one -> {
                  one.textMessageHandler(text -> answers.add(new JsonObject(text)));
                  one.binaryMessageHandler(this::heard);
                  one.closeHandler(end -> closed.countDown());
                });
    this.socket = ServerFixture.await(connected);
  }

  private static WebSocketClient client(Vertx vertx) {
    return vertx.createWebSocketClient(
        new WebSocketClientOptions().setMaxFrameSize(16 << 20).setMaxMessageSize(16 << 20));
  }

  private static Future<WebSocket> connect(
      WebSocketClient client, int port, UnaryOperator<WebSocketConnectOptions> change) {
    return client.connect(
        change.apply(
            new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(SessionHandlers.PATH)));
  }

  /** The problem with which the server refuses to begin at all. */
  static JsonObject refusal(int port, UnaryOperator<WebSocketConnectOptions> change) {
    Vertx vertx = Vertx.vertx();
    WebSocketClient client = client(vertx);
    try {
      connect(client, port, change).toCompletionStage().toCompletableFuture().join();
      return fail("the server let it in");
    } catch (java.util.concurrent.CompletionException e) {
      assertTrue(e.getCause() instanceof UpgradeRejectedException, e::toString);
      return ((UpgradeRejectedException) e.getCause()).getBody().toJsonObject();
    } finally {
      ServerFixture.await(client.close());
      ServerFixture.await(vertx.close());
    }
  }

  private synchronized void heard(Buffer message) {
    (message.getByte(0) == 1 ? stdout : stderr).writeBytes(message.getBytes(1, message.length()));
    notifyAll();
  }

  SessionClient say(JsonObject message) {
    ServerFixture.await(socket.writeTextMessage(message.encode()));
    return this;
  }

  SessionClient input(String text) {
    ServerFixture.await(socket.writeBinaryMessage(Buffer.buffer(text)));
    return this;
  }

  /** The next text message, which must have this key alone. */
  JsonObject answer(String key) {
    try {
      JsonObject next = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertNotNull(next, "no answer");
      assertTrue(next.containsKey(key) && next.size() == 1, next::encode);
      return next.getJsonObject(key);
    } catch (InterruptedException e) {
      return fail(e);
    }
  }

  /** Waits until standard output is this text so far. */
  void hear(String text) throws InterruptedException {
    await(text::equals);
  }

  /** Waits until standard output is this text so far, with the echo of a key anywhere in it. */
  void hearWithEcho(String echo, String text) throws InterruptedException {
    await(
        heard -> heard.contains(echo) && heard.replaceFirst(Pattern.quote(echo), "").equals(text));
  }

  private synchronized void await(Predicate<String> awaited) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!awaited.test(text())) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      assertTrue(left > 0, () -> "heard: " + text());
      wait(left);
    }
  }

  synchronized String text() {
    return stdout.toString(StandardCharsets.UTF_8);
  }

  synchronized String errors() {
    return stderr.toString(StandardCharsets.UTF_8);
  }

  synchronized int heard() {
    return stdout.size();
  }

  /** The code with which the server has closed the session. */
  int closeCode() {
    try {
      assertTrue(closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "closed");
    } catch (InterruptedException e) {
      fail(e);
    }
    return socket.closeStatusCode();
  }

  @Override
  public void close() {
    ServerFixture.await(vertx.close());
  }
}
