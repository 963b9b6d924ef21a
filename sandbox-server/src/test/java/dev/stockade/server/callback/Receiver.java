package dev.stockade.server.callback;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Is told of ends, on a free loopback port; answers 200 unless it is given other statuses. */
public final class Receiver implements AutoCloseable {
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  /** A request as it came. */
  public record Told(String path, String signature, String job, String attempt, String body) {
    /** Whether it was signed with this secret, over its time and body. */
    public boolean isSignedWith(String secret) {
      long seconds = Long.parseLong(signature.substring(2, signature.indexOf(',')));
      return signature.equals(
          CallbackSignature.of(
              secret.getBytes(StandardCharsets.UTF_8),
              java.time.Instant.ofEpochSecond(seconds),
              body.getBytes(StandardCharsets.UTF_8)));
    }
  }

  public Receiver(Vertx vertx) {
    this(vertx, 0);
  }

  public Receiver(Vertx vertx, int port) {
    this(vertx, port, new HttpServerOptions());
  }

  Receiver(Vertx vertx, int port, HttpServerOptions options) {
    server =
        vertx
            .createHttpServer(options)
            .requestHandler(this::handle)
            .listen(port, "127.0.0.1")
            .await();
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              Integer status = statuses.poll();
              told.add(
                  new Told(
                      request.method() + " " + request.uri(),
                      String.valueOf(request.getHeader("Stockade-Signature")),
                      String.valueOf(request.getHeader("Stockade-Job")),
                      String.valueOf(request.getHeader("Stockade-Attempt")),
                      body.toString(StandardCharsets.UTF_8)));
              request
                  .response()
                  .setStatusCode(status == null ? 200 : status)
                  .putHeader("Location", url("/elsewhere"))
                  .end("x".repeat(1 << 20));
            });
  }

  public void answer(int... next) {
    for (int status : next) {
      statuses.add(status);
    }
  }

  public int port() {
    return server.actualPort();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** The next request; waits for it. */
  public Told next() throws InterruptedException {
    Told next = told.poll(60, TimeUnit.SECONDS);
    assertNotNull(next, "nobody has told anything");
    return next;
  }

  public int waiting() {
    return told.size();
  }

  @Override
  public void close() {
    server.close().await();
  }
}
