package dev.stockade.server.api;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hangs up on connections on which the next request's head takes too long, from when the connection
 * was opened or the last answer ended. The idle time of Vert.x begins anew with each byte: a head
 * that drips would never end. For the connections of one event loop.
 */
public final class HeadDeadlines implements Handler<RoutingContext> {
  private final Vertx vertx;
  private final Duration time;
  private final Map<HttpConnection, Connected> connections = new HashMap<>();

  private static final class Connected {
    /** Of Vert.x, while a head is waited for. */
    @Nullable Long timer;

    @Nullable HttpServerRequest answered;
  }

  /**
   * @param time from which on a head takes too long
   */
  public HeadDeadlines(Vertx vertx, Duration time) {
    this.vertx = vertx;
    this.time = time;
  }

  /** Somebody has connected. */
  public void opened(HttpConnection connection) {
    Connected connected = new Connected();
    connections.put(connection, connected);
    connection.closeHandler(
        closed -> {
          stop(connected);
          connections.remove(connection);
        });
    begin(connection, connected);
  }

  /** A connection has become a WebSocket: no head follows, and Vert.x does not tell of its end. */
  void upgraded(HttpConnection connection) {
    connections.remove(connection);
  }

  /** How many connections are watched, for tests. */
  int watched() {
    return connections.size();
  }

  /** A head is here; the next one is waited for when it has been answered. */
  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    Connected connected = connections.get(request.connection());
    if (connected != null) {
      stop(connected);
      connected.answered = request;
      context.addEndHandler(
          end -> {
            // of requests that came together the next may be here
            if (end.succeeded() && connected.answered == request) {
              begin(request.connection(), connected);
            }
          });
    }
    context.next();
  }

  private void begin(HttpConnection connection, Connected connected) {
    connected.timer = vertx.setTimer(time.toMillis(), over -> CutOff.reset(connection));
  }

  private void stop(Connected connected) {
    if (connected.timer != null) {
      vertx.cancelTimer(connected.timer);
      connected.timer = null;
    }
  }
}
