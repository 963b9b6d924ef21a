package dev.stockade.core;

import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.run.AlteredPools;

/** Opens sandboxes from which something was taken away, or in which something fails. */
public final class AlteredSandbox {
  private AlteredSandbox() {}

  /** As {@link Sandbox#open(Policy, SandboxOptions)}. */
  public static Sandbox open(Policy policy, SandboxOptions options, Alteration alteration) {
    return Sandbox.open(
        policy,
        AlteredPools.open(
            policy,
            options.slots(),
            options.spares(),
            options.pinned(),
            options.terminal(),
            alteration));
  }
}
