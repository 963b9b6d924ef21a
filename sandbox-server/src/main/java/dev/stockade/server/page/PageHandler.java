package dev.stockade.server.page;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Sends the page and its files, to GET and HEAD.
 *
 * <p>A browser may keep what has its version in its path for a year, and asks each time whether the
 * rest has changed. Content-Security-Policy lets the page load and connect to nothing but this
 * server, and run no script that stands in it but the import map, by its hash.
 */
public final class PageHandler {
  private static final String POLICY =
      "default-src 'none'; script-src 'self' 'HASH'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final PageFiles files = new PageFiles();

  /** Adds the routes of the page. */
  public void addTo(Router router) {
    add(router, "/", this::page);
    add(router, "/page/*", this::file);
    add(router, "/_static/*", this::file);
  }

  private static void add(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
  }

  private void page(RoutingContext context) {
    Future<PageFiles.Front> front = context.vertx().executeBlocking(files::front, false);
    front
        .onSuccess(
            found -> {
              context
                  .response()
                  .putHeader("Content-Security-Policy", POLICY.replace("HASH", found.scriptHash()))
                  .putHeader("Referrer-Policy", "no-referrer")
                  .putHeader("Cross-Origin-Opener-Policy", "same-origin");
              send(context, found.page());
            })
        .onFailure(context::fail);
  }

  private void file(RoutingContext context) {
    String path = context.normalizedPath();
    Future<Optional<PageFile>> file =
        context.vertx().executeBlocking(() -> files.find(path), false);
    file.onSuccess(
            found -> found.ifPresentOrElse(there -> send(context, there), () -> context.fail(404)))
        .onFailure(context::fail);
  }

  private static void send(RoutingContext context, PageFile file) {
    HttpServerResponse response =
        context
            .response()
            .putHeader(HttpHeaders.ETAG, file.etag())
            .putHeader(HttpHeaders.VARY, "Accept-Encoding")
            .putHeader("Cross-Origin-Resource-Policy", "same-origin")
            .putHeader("X-Content-Type-Options", "nosniff")
            .putHeader(
                HttpHeaders.CACHE_CONTROL,
                file.lasting() ? "public, max-age=31536000, immutable" : "no-cache");
    String known = context.request().getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && known.contains(file.etag())) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, file.contentType());
    Buffer body = file.plain();
    String accepted = context.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
    if (accepted != null && accepted.contains("gzip")) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
      body = file.gzipped();
    }
    response.end(body.copy());
  }
}
