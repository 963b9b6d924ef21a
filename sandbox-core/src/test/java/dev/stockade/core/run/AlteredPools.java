package dev.stockade.core.run;

import dev.stockade.core.policy.Policy;

/** Opens pools whose sandboxes are altered; the product has no way to do so. */
public final class AlteredPools {
  private AlteredPools() {}

  /** As {@link SandboxHost#open(Policy, int, int, boolean, boolean)}. */
  public static SlotPool open(
      Policy policy,
      int slots,
      int spares,
      boolean pinned,
      boolean terminal,
      Alteration alteration) {
    return SandboxHost.shared().open(policy, slots, spares, pinned, terminal, alteration);
  }
}
