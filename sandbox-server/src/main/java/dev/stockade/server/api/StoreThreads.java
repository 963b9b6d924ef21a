package dev.stockade.server.api;

import dev.stockade.server.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The threads on which the store of jobs is asked, which may block; those of all event loops. */
final class StoreThreads {
  /** Only longer than a database that cannot be reached keeps a thread is worth a warning. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final WorkerExecutor threads;

  StoreThreads(Vertx vertx) {
    this.threads =
        vertx.createSharedWorkerExecutor(
            "stockade-store", Stores.CONNECTIONS, PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Does something that may block; goes on, on the event loop, with what came of it. */
  <T> Future<T> run(Callable<T> work) {
    return threads.executeBlocking(work, false);
  }
}
