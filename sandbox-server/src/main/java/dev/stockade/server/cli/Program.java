package dev.stockade.server.cli;

import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobInput;
import org.jspecify.annotations.Nullable;

/** What a command line asks to be run: a command, or a source file in some language. */
interface Program {
  /** The policy under which it runs. */
  Policy policy();

  /** The policy under which it is compiled; {@code null} when it is not. */
  @Nullable Policy compilePolicy();

  /**
   * Compiles, if need be, and runs.
   *
   * @param loudly whether its output goes on while it runs
   */
  FinishedJob run(JobInput input, RunSession session, boolean loudly);
}
