package dev.stockade.server.worker;

import dev.stockade.server.job.JobCancellation;

/**
 * What the server gives a job that is being run.
 *
 * @param cancellation asks all runs of the job to end
 * @param helpers idle workers
 */
public record JobContext(JobCancellation cancellation, Helpers helpers) {
  /** A job that nobody helps. */
  public static JobContext alone(JobCancellation cancellation) {
    return new JobContext(cancellation, Helpers.NONE);
  }
}
