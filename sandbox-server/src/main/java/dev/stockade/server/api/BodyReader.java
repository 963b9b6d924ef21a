package dev.stockade.server.api;

import dev.stockade.core.policy.Durations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Takes in a request's body as it comes, within bounds of size, time and the server's {@link
 * ByteBudget}.
 *
 * <p>A body that breaks a bound is answered at once; {@link ProblemWriter} does away with the rest.
 */
final class BodyReader {
  private final Vertx vertx;
  private final long maxBody;
  private final String maxBodyText;
  private final Duration time;
  private final ByteBudget budget;

  BodyReader(Vertx vertx, Bounds bounds, ByteBudget budget) {
    this.vertx = vertx;
    this.maxBody = bounds.maxBody().bytes();
    this.maxBodyText = bounds.maxBody().toString();
    this.time = bounds.bodyTime();
    this.budget = budget;
  }

  /** A body and its share of the budget, which the receiver has to close. */
  record Body(Buffer bytes, ByteBudget.Share share) {}

  /** Reads the body; called on the event loop before anything else waits. */
  Future<Body> read(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (announcedLength(request) > maxBody) {
      return Future.failedFuture(new ProblemException(Problem.bodyTooLarge(maxBodyText)));
    }
    if (waitsForContinue(request)) {
      request.response().writeContinue();
    }
    return new Reading(request).start();
  }

  /** Whether the client sends its body only when it is told to go on. */
  static boolean waitsForContinue(HttpServerRequest request) {
    return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
  }

  /** The length that the client says its body has; 0 when it does not say. */
  static long announcedLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      throw new ProblemException(Problem.malformed("Content-Length is not a number"));
    }
  }

  /** One body on its way; everything happens on the request's event loop. */
  private final class Reading {
    private final HttpServerRequest request;
    private final ByteBudget.Share share = budget.open();
    private final Promise<Body> promise = Promise.promise();
    private final Buffer bytes = Buffer.buffer();
    private long timer;

    Reading(HttpServerRequest request) {
      this.request = request;
    }

    Future<Body> start() {
      Problem tooSlow = Problem.bodyTooSlow(Durations.render(time));
      timer = vertx.setTimer(time.toMillis(), over -> fail(new ProblemException(tooSlow)));
      request.exceptionHandler(this::fail);
      request.endHandler(end -> complete());
      request.handler(this::append);
      return promise.future();
    }

    private void append(Buffer chunk) {
      if (promise.future().isComplete()) {
        return;
      }
      if (bytes.length() + (long) chunk.length() > maxBody) {
        fail(new ProblemException(Problem.bodyTooLarge(maxBodyText)));
      } else if (!share.grow(chunk.length())) {
        fail(
            new ProblemException(
                Problem.tooManyJobs("the jobs that wait hold as much input as the server takes")));
      } else {
        bytes.appendBuffer(chunk);
      }
    }

    private void complete() {
      vertx.cancelTimer(timer);
      promise.tryComplete(new Body(bytes, share));
    }

    private void fail(Throwable cause) {
      vertx.cancelTimer(timer);
      share.close();
      promise.tryFail(cause);
    }
  }
}
