package dev.stockade.server.api;

import dev.stockade.server.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Threads on which a store is asked, which may block; the same ones for all event loops. */
final class StoreThreads {
  /** Only longer than a database that cannot be reached keeps a thread is worth a warning. */
  private static final Duration JOBS_PATIENCE = Duration.ofSeconds(60);

  /** Files begun, ended, brought here or deleted at one time, for which a database may be asked. */
  private static final int FILES = 16;

  /** Time for the largest files to be copied to or from a database. */
  private static final Duration FILES_PATIENCE = Duration.ofMinutes(10);

  private final WorkerExecutor threads;

  private StoreThreads(WorkerExecutor threads) {
    this.threads = threads;
  }

  /** Those for what is asked of jobs. */
  static StoreThreads ofJobs(Vertx vertx) {
    return new StoreThreads(
        vertx.createSharedWorkerExecutor(
            "stockade-store", Stores.CONNECTIONS, JOBS_PATIENCE.toSeconds(), TimeUnit.SECONDS));
  }

  /** Those for whole files, which take longer. */
  static StoreThreads ofFiles(Vertx vertx) {
    return new StoreThreads(
        vertx.createSharedWorkerExecutor(
            "stockade-whole-files", FILES, FILES_PATIENCE.toSeconds(), TimeUnit.SECONDS));
  }

  /** Does something that may block; goes on, on the event loop, with what came of it. */
  <T> Future<T> run(Callable<T> work) {
    return threads.executeBlocking(work, false);
  }
}
