package dev.stockade.core;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.testing.Needs;
import java.util.Optional;

/** What integration tests of the whole sandbox need of a host. */
public final class SandboxNeeds {
  private SandboxNeeds() {}

  /** Skips, with the reason, where the default policy cannot run undegraded. */
  public static void defaultPolicy() {
    Needs.feature("everything that the default policy names", whyNot());
  }

  private static Optional<String> whyNot() {
    try {
      Sandbox.open(Policies.named("default"), new SandboxOptions(1, 0)).close();
      return Optional.empty();
    } catch (HostUnsupportedException e) {
      return Optional.of(e.getMessage());
    }
  }
}
