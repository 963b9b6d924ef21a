package dev.stockade.server.language;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;

/** Runs a toolchain in the sandbox: what looking for languages needs of it. Thread-safe. */
@FunctionalInterface
public interface ToolRunner {
  /**
   * Runs the request and waits for its end.
   *
   * @param policy name of the policy
   * @throws dev.stockade.core.fault.InvalidRequestException with the field {@code command} when the
   *     sandbox has no such program
   * @throws dev.stockade.core.fault.SandboxException for a fault of ours or of the host
   * @throws java.util.concurrent.CancellationException when it was cancelled before its end
   */
  RunResult run(String policy, RunRequest request, Cancellation cancellation);
}
