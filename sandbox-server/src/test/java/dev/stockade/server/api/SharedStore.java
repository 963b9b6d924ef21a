package dev.stockade.server.api;

import dev.stockade.server.StockadeServer;
import dev.stockade.server.files.FileLimits;
import dev.stockade.server.files.FileStore;
import dev.stockade.server.files.KeptFiles;
import dev.stockade.server.files.SharedFiles;
import dev.stockade.server.job.JobStore.Retention;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Traces;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.Stores;
import dev.stockade.server.worker.JobRunner;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Stored files that servers share, and jobs in memory.
 *
 * @param folder for the copies of files
 * @param queue what becomes of the queue in memory
 */
record SharedStore(KeptFiles kept, Path folder, UnaryOperator<JobQueue> queue)
    implements Stores.Opener {
  @Override
  public JobQueue open(Retention retention) {
    return queue.apply(Stores.inMemory(retention));
  }

  @Override
  public FileStore openFiles(FileLimits limits) {
    return SharedFiles.open(kept, folder, limits);
  }

  /** What a server with this store needs. */
  StockadeServer.Services services(JobRunner runner) {
    return new StockadeServer.Services(
        runner,
        TestLanguage.ALL,
        PolicyCatalog.shipped(),
        () -> null,
        this,
        new Metrics(),
        ActivityLog.OFF,
        Traces.OFF);
  }
}
