package dev.stockade.server.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may come in at all, before anything of it is read.
 *
 * <p>With a token: {@code /v1} needs it. Without one, on loopback: whoever can connect may use the
 * server, but a web page in a browser on this machine can connect as well. It betrays itself by an
 * {@code Origin} that is not this server, or, when its name was made to point here (DNS rebinding),
 * by a {@code Host} that is not a loopback name.
 */
final class EdgeGuard implements Handler<RoutingContext> {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?", Pattern.CASE_INSENSITIVE);
  private static final String PROTECTED = "/v1/";
  private static final String SCHEME = "bearer ";

  private final Optional<AccessToken> token;

  EdgeGuard(Optional<AccessToken> token) {
    this.token = token;
  }

  @Override
  public void handle(RoutingContext context) {
    HostAndPort authority = context.request().authority();
    String origin = context.request().getHeader(HttpHeaders.ORIGIN);
    if (origin != null && !isOwn(origin, authority)) {
      throw refuse("the request was sent by a web page from " + Shown.of(origin));
    }
    if (token.isPresent()) {
      if (context.normalizedPath().startsWith(PROTECTED) && !hasToken(context, token.get())) {
        throw new ProblemException(Problem.unauthorized());
      }
    } else if (authority != null && !LOOPBACK.matcher(authority.host()).matches()) {
      throw refuse(Shown.of(authority.host()) + " is not a name of this server; use 127.0.0.1");
    }
    context.next();
  }

  private static boolean isOwn(String origin, @Nullable HostAndPort authority) {
    return authority != null && origin.equalsIgnoreCase("http://" + authority);
  }

  private static boolean hasToken(RoutingContext context, AccessToken token) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    return header != null
        && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        && token.matches(header.substring(SCHEME.length()).strip());
  }

  private static ProblemException refuse(String detail) {
    return new ProblemException(Problem.forbidden(detail));
  }
}
