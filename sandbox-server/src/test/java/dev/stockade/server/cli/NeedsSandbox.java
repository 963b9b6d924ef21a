package dev.stockade.server.cli;

import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.policy.Policies;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** For tests that run programs: skipped where the default policy cannot run, with the reason. */
public final class NeedsSandbox {
  private NeedsSandbox() {}

  /** Fails instead where {@code STOCKADE_MUST_WORK=1} says that nothing may be missing. */
  public static void check() {
    try (Sandbox sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 0))) {
      sandbox.degraded();
    } catch (HostUnsupportedException e) {
      String message = "needs " + e.feature() + ": " + e.reason();
      if ("1".equals(System.getenv("STOCKADE_MUST_WORK"))) {
        throw new AssertionFailedError(message + " (STOCKADE_MUST_WORK=1)");
      }
      throw new TestAbortedException(message);
    }
  }
}
