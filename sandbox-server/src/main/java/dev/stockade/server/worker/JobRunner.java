package dev.stockade.server.worker;

import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobRequest;

/** Carries a job to its end: the border between the server and the sandbox. Thread-safe. */
public interface JobRunner {
  /**
   * Compiles, if the job needs it, and runs. Blocks the calling thread.
   *
   * @throws dev.stockade.core.fault.InvalidRequestException when the request turns out to be
   *     unusable inside the sandbox
   * @throws dev.stockade.core.fault.SandboxException for a fault of ours or of the host
   * @throws java.util.concurrent.CancellationException when the cancellation was asked for before
   *     the end
   */
  FinishedJob run(JobRequest request, JobContext context);
}
