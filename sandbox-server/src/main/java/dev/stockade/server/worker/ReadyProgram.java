package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunResult;
import dev.stockade.server.job.JobRequest;

/** A program that is compiled, if it needs it, and can be run any number of times. Thread-safe. */
@FunctionalInterface
interface ReadyProgram {
  /**
   * Runs it once, in a fresh sandbox.
   *
   * @param variant the job that it was made of, perhaps with other arguments, input, files, limits
   * @param live told what it writes
   */
  RunResult run(JobRequest variant, LiveOutput live, Cancellation cancellation);
}
