package dev.stockade.server.worker;

import dev.stockade.server.job.JobCancellation;
import dev.stockade.server.job.JobEvents;
import dev.stockade.server.job.JobInput;
import org.jspecify.annotations.Nullable;

/**
 * What the server gives a job that is being run.
 *
 * @param job its id
 * @param cancellation asks all runs of the job to end
 * @param helpers idle workers
 * @param events told what happens
 */
public record JobContext(
    String job, JobCancellation cancellation, Helpers helpers, JobEvents events) {
  /** A job that nobody helps or watches. */
  public static JobContext alone(JobCancellation cancellation) {
    return new JobContext("none", cancellation, Helpers.NONE, new JobEvents());
  }

  /**
   * Where the output of one of its runs goes.
   *
   * @param test index of the test; {@code null} in a job without tests
   */
  LiveOutput live(JobInput input, @Nullable Integer test) {
    return input.outputEvents() ? new LiveOutput(events, test) : LiveOutput.NONE;
  }
}
