package dev.stockade.server.api;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Durations;
import dev.stockade.server.files.Upload;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Takes one file in: piece by piece, the next when the last is written. Everything but the writing
 * happens on the request's event loop.
 *
 * <p>However slow the client is, it costs a connection and no thread, for the time that a body may
 * take and a second more for each {@link #LEAST_PER_SECOND} that has come.
 */
final class FileReceiver {
  static final ByteSize LEAST_PER_SECOND = ByteSize.ofBytes(256 << 10);

  private final Vertx vertx;
  private final WorkerExecutor writers;
  private final StoreThreads keepers;
  private final HttpServerRequest request;
  private final Upload upload;
  private final Duration bodyTime;
  private final Promise<Boolean> promise = Promise.promise();
  private final long begunNanos = System.nanoTime();
  private long received;
  private long timer;
  private boolean over;

  /**
   * @param writers write pieces
   * @param keepers end the whole, which may take long
   * @param request paused
   * @param upload closed at the end, whatever that is
   */
  FileReceiver(
      Vertx vertx,
      WorkerExecutor writers,
      StoreThreads keepers,
      HttpServerRequest request,
      Upload upload,
      Duration bodyTime) {
    this.vertx = vertx;
    this.writers = writers;
    this.keepers = keepers;
    this.request = request;
    this.upload = upload;
    this.bodyTime = bodyTime;
  }

  /** Takes everything in; true when the file is new. */
  Future<Boolean> receive() {
    request.exceptionHandler(this::fail);
    request.endHandler(end -> complete());
    request.handler(this::write);
    watchTime();
    if (request.response().closed()) {
      fail(new HttpClosedException("the client has gone"));
    } else {
      request.fetch(1);
    }
    return promise.future();
  }

  private void watchTime() {
    long allowed =
        bodyTime.toMillis() + 1000 * received / LEAST_PER_SECOND.bytes() - elapsedMillis();
    if (allowed <= 0) {
      fail(
          new ProblemException(
              Problem.bodyTooSlow(
                  Durations.render(bodyTime) + " and a second for each " + LEAST_PER_SECOND)));
    } else {
      timer = vertx.setTimer(allowed, later -> watchTime());
    }
  }

  private long elapsedMillis() {
    return (System.nanoTime() - begunNanos) / 1_000_000;
  }

  private void write(Buffer piece) {
    if (over) {
      return;
    }
    received += piece.length();
    byte[] bytes = piece.getBytes();
    writers
        .<Void>executeBlocking(
            () -> {
              upload.write(bytes);
              return null;
            },
            false)
        .onFailure(this::fail)
        .onSuccess(written -> request.fetch(1));
  }

  private void complete() {
    if (end()) {
      keepers
          .run(
              () -> {
                try (upload) {
                  return upload.commit();
                }
              })
          .onComplete(promise);
    }
  }

  private void fail(Throwable cause) {
    if (end()) {
      keepers
          .<Void>run(
              () -> {
                upload.close();
                return null;
              })
          .onComplete(closed -> promise.fail(cause));
    }
  }

  /** Nothing more is taken in; false when that was so already. */
  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    vertx.cancelTimer(timer);
    return true;
  }
}
