package dev.stockade.server.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.LinkedHashSet;
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
   * @param contract the methods and headers that there are
   */
  OriginGuard(Set<String> allowed, boolean tls, OpenAPIContract contract) {
    this.allowed = allowed;
    this.scheme = tls ? "https://" : "http://";
    Set<HttpMethod> methods = new LinkedHashSet<>();
    Set<String> headers =
        new LinkedHashSet<>(List.of("Authorization", "Content-Type", RequestTrace.REQUEST_ID));
    for (Operation operation : contract.operations()) {
      methods.add(operation.getHttpMethod());
      operation.getParameters().stream()
          .filter(parameter -> parameter.getIn() == Location.HEADER)
          .forEach(parameter -> headers.add(parameter.getName()));
    }
    this.cors =
        CorsHandler.create()
            .addOrigins(List.copyOf(allowed))
            .allowedMethods(methods)
            .allowedHeaders(headers)
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
