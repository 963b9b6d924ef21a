package dev.stockade.server.selftest;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.policy.Policy;
import java.util.function.Function;

/** The sandboxes that are attacked, one for each policy. */
public interface Arena {
  /** The policy of that name. */
  Policy policy(String name);

  RunResult run(String policy, RunRequest request);

  /** Sandboxes that somebody else opens, by the names of their policies. */
  static Arena of(Function<String, Sandbox> sandboxes) {
    return new Arena() {
      @Override
      public Policy policy(String name) {
        return sandboxes.apply(name).policy();
      }

      @Override
      public RunResult run(String policy, RunRequest request) {
        return sandboxes.apply(policy).run(request);
      }
    };
  }
}
