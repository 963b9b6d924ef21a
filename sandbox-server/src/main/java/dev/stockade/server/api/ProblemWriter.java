package dev.stockade.server.api;

import dev.stockade.server.files.FileRefusedException;
import dev.stockade.server.job.NotReadyException;
import dev.stockade.server.job.StoreUnavailableException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request that failed, whatever the reason, with a {@link Problem}.
 *
 * <p>When the request's body is still on its way, the rest of it is thrown away for a moment before
 * the connection is closed. Closing at once would reset it, and a client that is still sending
 * would lose the answer; reading on without end would let it keep the connection for nothing.
 */
final class ProblemWriter {
  private static final long LINGER_MILLIS = 1000;
  private static final Logger log = LoggerFactory.getLogger(ProblemWriter.class);

  private final OpenAPIContract contract;

  ProblemWriter(OpenAPIContract contract) {
    this.contract = contract;
  }

  /** Answers a request whose handling failed; a client that has hung up is no failure of ours. */
  void handle(RoutingContext context) {
    if (context.failure() instanceof HttpClosedException) {
      return;
    }
    write(context, problemOf(context));
  }

  /** Answers a request. */
  static void write(RoutingContext context, Problem problem) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    send(response, problem);
    closeUnlessEnded(context);
  }

  /** Answers what is no HTTP request, and hangs up. */
  static void refuseMalformed(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Problem problem;
    if (cause instanceof TooLongHttpLineException) {
      problem = Problem.malformed(414, "the request line is too long");
    } else if (cause instanceof TooLongHttpHeaderException) {
      problem = Problem.malformed(431, "the headers are too long");
    } else {
      problem = Problem.malformed("this is not HTTP/1.1");
    }
    request.response().putHeader(RequestTrace.REQUEST_ID, RequestTrace.idOf(request));
    send(request.response(), problem);
    request.connection().close();
  }

  private static void send(HttpServerResponse response, Problem problem) {
    problem.headers().forEach(response::putHeader);
    response
        .setStatusCode(problem.status())
        .putHeader("Content-Type", Problem.CONTENT_TYPE)
        .end(problem.toJson().toBuffer());
  }

  /** Throws the rest of the body away for a moment, if there is any, and hangs up. */
  static void closeUnlessEnded(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.isEnded()) {
      return;
    }
    HttpConnection connection = request.connection();
    long timer = context.vertx().setTimer(LINGER_MILLIS, over -> connection.close());
    request.handler(rest -> {});
    request.endHandler(end -> context.vertx().cancelTimer(timer));
    request.exceptionHandler(gone -> context.vertx().cancelTimer(timer));
    request.resume();
  }

  private Problem problemOf(RoutingContext context) {
    Throwable failure = context.failure();
    Problem known = failure == null ? null : knownProblemOf(failure);
    return known == null ? ofStatus(context, failure) : known;
  }

  /** What is wrong where there is no request to answer. */
  static Problem problemOf(Throwable failure, String where) {
    Problem known = knownProblemOf(failure);
    if (known == null) {
      log.error("{} failed", where, failure);
      return Problem.internal();
    }
    return known;
  }

  private static @Nullable Problem knownProblemOf(Throwable failure) {
    if (failure instanceof ProblemException known) {
      return known.problem();
    }
    if (failure instanceof NotReadyException wait) {
      return Problem.notReady(String.valueOf(wait.getMessage()));
    }
    if (failure instanceof StoreUnavailableException unavailable) {
      log.warn("{}", unavailable.getMessage());
      return Problem.storeUnavailable();
    }
    if (failure instanceof FileRefusedException refused) {
      return ofRefusedFile(refused);
    }
    if (failure instanceof HttpException http && http.getCause() instanceof ValidatorException e) {
      return ofContract(e);
    }
    if (failure instanceof ValidatorException e) {
      return ofContract(e);
    }
    return null;
  }

  private static Problem ofRefusedFile(FileRefusedException refused) {
    String why = String.valueOf(refused.getMessage());
    return switch (refused.reason()) {
      case TOO_LARGE -> Problem.fileTooLarge(why);
      case FULL -> Problem.filesFull(why);
      case OTHER_HASH -> Problem.otherHash(why);
      case TOO_MANY -> Problem.tooManyUploads(why);
    };
  }

  private Problem ofStatus(RoutingContext context, @Nullable Throwable failure) {
    return switch (context.statusCode()) {
      case 400 ->
          Problem.malformed(failure == null ? "bad request" : String.valueOf(failure.getMessage()));
      case 404 -> Problem.noSuchPath(context.request().path());
      case 405 -> Problem.methodNotAllowed(methodsOf(context.normalizedPath()));
      default -> {
        log.error("{} {} failed", context.request().method(), context.request().path(), failure);
        yield Problem.internal();
      }
    };
  }

  private String methodsOf(String path) {
    Path found = contract.findPath(path);
    List<String> methods =
        found == null
            ? List.of("GET", "HEAD") // of the page, which the contract leaves out
            : found.getOperations().stream()
                .map(Operation::getHttpMethod)
                .map(Object::toString)
                .sorted()
                .toList();
    return String.join(", ", methods);
  }

  /** What the contract refused although {@link RequestReader} did not. */
  private static Problem ofContract(ValidatorException failure) {
    if (failure instanceof SchemaValidationException schema
        && schema.getOutputUnit().getErrors() != null) {
      FieldErrors errors = new FieldErrors();
      for (OutputUnit unit : schema.getOutputUnit().getErrors()) {
        errors.add(fieldOf(unit.getInstanceLocation()), unit.getError());
      }
      if (!errors.isEmpty()) {
        return Problem.badRequest(errors.all());
      }
    }
    return Problem.badRequest("request", String.valueOf(failure.getMessage()));
  }

  /** {@code limits.memory} of {@code #/limits/memory}. */
  private static String fieldOf(String pointer) {
    String path = pointer.replaceFirst("^#/?", "").replace('/', '.');
    return path.isEmpty() ? "body" : Shown.plain(path);
  }
}
