package dev.stockade.server.worker;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.files.FileRefusedException;
import dev.stockade.server.job.FilesGoneException;
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
 * Waits for as long as they cannot be reached, when no result could be stored either. For room,
 * which other jobs' files take, it waits for some time only: it has a worker meanwhile.
 */
public final class FilesFirst implements JobRunner {
  /** How long a job waits for room: that of most jobs. */
  private static final Duration ROOM_PATIENCE = Duration.ofMinutes(1);

  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Logger log = LoggerFactory.getLogger(FilesFirst.class);

  private final StoredFiles files;
  private final JobRunner runner;
  private final Duration roomPatience;

  public FilesFirst(StoredFiles files, JobRunner runner) {
    this(files, runner, ROOM_PATIENCE);
  }

  /**
   * @param roomPatience how long a job waits until its files have room on this host; after that it
   *     has failed
   */
  public FilesFirst(StoredFiles files, JobRunner runner, Duration roomPatience) {
    this.files = files;
    this.runner = runner;
    this.roomPatience = roomPatience;
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
    long begun = System.nanoTime();
    while (true) {
      try {
        return files.bring(sha256s);
      } catch (StoreUnavailableException e) {
        log.warn("job {} waits for its stored files: {}", context.job(), e.getMessage());
        begun = System.nanoTime();
      } catch (FilesGoneException e) {
        throw new SandboxException("the job's stored files " + e.getMessage(), e);
      } catch (FileRefusedException e) {
        log.warn("job {} waits for its stored files: {}", context.job(), e.getMessage());
        if (System.nanoTime() - begun >= roomPatience.toNanos()) {
          throw new SandboxException(
              "the job's stored files found no place on this server: " + e.getMessage(), e);
        }
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
