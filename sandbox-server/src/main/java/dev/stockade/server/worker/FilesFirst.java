package dev.stockade.server.worker;

import dev.stockade.server.files.FileRefusedException;
import dev.stockade.server.job.FilesOfJob;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.StoreUnavailableException;
import dev.stockade.server.job.StoredFiles;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a job's stored files on this host before another runner runs it, and until that has ended.
 * Waits for as long as they cannot be reached, or other jobs' files take the room.
 */
public final class FilesFirst implements JobRunner {
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Logger log = LoggerFactory.getLogger(FilesFirst.class);

  private final StoredFiles files;
  private final JobRunner runner;

  public FilesFirst(StoredFiles files, JobRunner runner) {
    this.files = files;
    this.runner = runner;
  }

  @Override
  public FinishedJob run(JobRequest request, JobContext context) {
    Set<String> sha256s = FilesOfJob.of(request);
    if (sha256s.isEmpty()) {
      return runner.run(request, context);
    }
    StoredFiles.Hold held = bring(sha256s, context);
    try {
      return runner.run(request, context);
    } finally {
      held.close();
    }
  }

  private StoredFiles.Hold bring(Set<String> sha256s, JobContext context) {
    while (true) {
      try {
        return files.bring(sha256s);
      } catch (StoreUnavailableException | FileRefusedException e) {
        log.warn("job {} waits for its stored files: {}", context.job(), e.getMessage());
      }
      pause(context);
    }
  }

  private static void pause(JobContext context) {
    try {
      Thread.sleep(RETRY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while it waited for its stored files");
    }
    if (context.cancellation().isCancelled()) {
      throw new CancellationException("cancelled while it waited for its stored files");
    }
  }
}
