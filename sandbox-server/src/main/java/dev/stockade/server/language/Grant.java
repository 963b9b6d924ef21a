package dev.stockade.server.language;

import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;

/**
 * What a run is given: what runtimes that look at the host would otherwise get wrong.
 *
 * @param limits in force for the run, with what its request asked for
 * @param stackBytes the main thread's stack, RLIMIT_STACK
 * @param workspace absolute path of the folder in which it starts
 */
record Grant(Limits limits, long stackBytes, String workspace) {
  static Grant of(Policy policy, Limits limits) {
    return new Grant(limits, policy.rlimits().stack().bytes(), policy.workspace().path());
  }

  /** Processors to spread work over: the rate, rounded up. */
  int processors() {
    return Math.max(1, (int) Math.ceil(limits.cpus()));
  }

  long memoryBytes() {
    return limits.memory().bytes();
  }
}
