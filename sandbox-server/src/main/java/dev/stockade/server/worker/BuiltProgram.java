package dev.stockade.server.worker;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.server.job.JobRequest;

/** A program that is compiled, if it needs it, before it is known how it will run. Thread-safe. */
@FunctionalInterface
interface BuiltProgram {
  /** How a program is run, once it is known what that is. */
  @FunctionalInterface
  interface Way {
    /** Runs it under a policy of the catalog. */
    RunResult run(String policy, RunRequest request);
  }

  /**
   * Runs it once.
   *
   * @param variant the job that it was made of, perhaps with other arguments, input, files, limits
   * @param live told what it writes
   */
  RunResult run(JobRequest variant, LiveOutput live, Way way);

  /** Runs by itself, each time in a fresh sandbox. */
  default ReadyProgram in(Sandboxes sandboxes) {
    return (variant, live, cancellation) ->
        run(variant, live, (policy, request) -> sandboxes.run(policy, request, cancellation));
  }
}
