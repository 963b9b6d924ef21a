package dev.stockade.server.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Sends JSON to clients that are still there. */
final class Json {
  private Json() {}

  static void send(RoutingContext context, int status, JsonObject body) {
    send(context, status, body.toBuffer());
  }

  static void send(RoutingContext context, int status, Buffer body) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(body);
  }
}
