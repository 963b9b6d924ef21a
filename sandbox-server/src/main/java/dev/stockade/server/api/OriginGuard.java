package dev.stockade.server.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a web page from elsewhere sends: a browser on this machine can connect as well, and
 * says whose page it is by {@code Origin}. Pages of origins that are allowed may come in, and may
 * read the answers (CORS).
 */
final class OriginGuard implements Handler<RoutingContext> {
  private final Set<String> allowed;
  private final String scheme;
  private final CorsHandler cors;

  /**
   * @param allowed origins as browsers write them
   * @param tls whether this server is reached by HTTPS
   */
  OriginGuard(Set<String> allowed, boolean tls) {
    this.allowed = allowed;
    this.scheme = tls ? "https://" : "http://";
    this.cors =
        CorsHandler.create()
            .addOrigins(List.copyOf(allowed))
            .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE))
            .allowedHeaders(
                Set.of(
                    "Authorization",
                    "Content-Type",
                    EventHandlers.LAST_EVENT_ID,
                    RequestTrace.REQUEST_ID))
            .exposedHeaders(Set.of("Location", "Retry-After", RequestTrace.REQUEST_ID));
  }

  @Override
  public void handle(RoutingContext context) {
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin == null || isOwn(origin, context.request().authority())) {
      context.next();
    } else if (allowed.contains(origin)) {
      cors.handle(context);
    } else {
      throw new ProblemException(
          Problem.forbidden("the request was sent by a web page from " + Shown.of(origin)));
    }
  }

  private boolean isOwn(String origin, @Nullable HostAndPort authority) {
    return authority != null && origin.equalsIgnoreCase(scheme + authority);
  }
}
