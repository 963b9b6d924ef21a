package dev.stockade.server.api;

import dev.stockade.server.access.Caller;
import dev.stockade.server.access.Callers;
import dev.stockade.server.access.Role;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may come in at all, before anything of it is read.
 *
 * <p>With tokens: {@code /v1} and the meters need one, whose role must allow what is asked for, and
 * whose rate is counted. Without, on loopback: whoever can connect may use the server, but for web
 * pages whose name was made to point here (DNS rebinding), which a {@code Host} betrays that is not
 * a loopback name.
 */
final class TokenGuard implements Handler<RoutingContext> {
  private static final String CALLER = "stockade.caller";
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?", Pattern.CASE_INSENSITIVE);
  private static final String PROTECTED = "/v1/";
  private static final String METERS = "/metrics";

  /** What tells of the server and its host, not of jobs. */
  private static final Set<String> OPERATORS = Set.of(METERS, "/v1/host");

  private static final String SCHEME = "bearer ";

  /** Begins the subprotocol that brings a token: no page can set another header of a WebSocket. */
  private static final String PROTOCOL = "bearer.";

  private final Optional<Callers> callers;

  TokenGuard(Optional<Callers> callers) {
    this.callers = callers;
  }

  /** Who sent a request that was let in; {@code null} where nobody has to say. */
  static @Nullable Caller callerOf(RoutingContext context) {
    return context.get(CALLER);
  }

  @Override
  public void handle(RoutingContext context) {
    if (callers.isPresent()) {
      String path = context.normalizedPath();
      if (path.equals(METERS) || path.startsWith(PROTECTED)) {
        letIn(context, callers.get(), path);
      }
    } else {
      requireLoopback(context.request().authority());
    }
    context.next();
  }

  private static void letIn(RoutingContext context, Callers callers, String path) {
    boolean operators = OPERATORS.contains(path);
    boolean session = path.equals(SessionHandlers.PATH);
    Caller caller =
        tokenOf(context)
            .or(() -> session ? tokenOfProtocols(context) : Optional.empty())
            .flatMap(callers::find)
            .orElseThrow(() -> new ProblemException(Problem.unauthorized()));
    HttpMethod method = context.request().method();
    boolean looks = !session && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD));
    Role role = caller.role();
    if (operators && !role.readsMeters()) {
      throw new ProblemException(Problem.roleNeeded(Role.READ));
    }
    if (!looks && !role.changesJobs()) {
      throw new ProblemException(Problem.roleNeeded(Role.SUBMIT));
    }
    Duration wait = caller.request();
    if (!wait.isZero()) {
      throw new ProblemException(
          Problem.tooManyRequests(caller.limits().requestsPerMinute(), wait));
    }
    context.put(CALLER, caller);
  }

  private static void requireLoopback(@Nullable HostAndPort authority) {
    if (authority != null && !LOOPBACK.matcher(authority.host()).matches()) {
      throw new ProblemException(
          Problem.forbidden(
              Shown.of(authority.host()) + " is not a name of this server; use 127.0.0.1"));
    }
  }

  private static Optional<String> tokenOfProtocols(RoutingContext context) {
    return context.request().headers().getAll("Sec-WebSocket-Protocol").stream()
        .flatMap(header -> Arrays.stream(header.split(",", -1)))
        .map(String::strip)
        .filter(protocol -> protocol.startsWith(PROTOCOL))
        .map(protocol -> protocol.substring(PROTOCOL.length()))
        .findFirst();
  }

  private static Optional<String> tokenOf(RoutingContext context) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        ? Optional.of(header.substring(SCHEME.length()).strip())
        : Optional.empty();
  }
}
