package dev.stockade.server.language;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.policy.Policy;

/**
 * Work ahead of all jobs, in the compiler's sandbox.
 *
 * @param policy the compiler's
 */
record Preparing(ToolRunner runner, Policy policy, Cancellation cancellation) {
  RunResult run(RunRequest request) {
    return runner.run(policy.name(), request, cancellation);
  }
}
