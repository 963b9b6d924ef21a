package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.AlteredSandbox;
import dev.stockade.core.Cancellation;
import dev.stockade.core.LiveRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.executor.Arena;
import dev.stockade.core.executor.Program;
import dev.stockade.core.policy.Policies;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are cancelled when all is ready and their program has not been told to begin. */
final class EarlyCancellationIT {
  @BeforeAll
  static void needs() {
    SandboxNeeds.defaultPolicy();
  }

  /** Regression: a session that was ended while it waited for its turn was a fault of ours. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAttendedRunWhosePayloadIsGoneAlreadyIsCancelled(boolean onTerminal) {
    Cancellation cancellation = new Cancellation();
    Alteration cancelsWhenTheRunIsPlaced =
        new Alteration() {
          @Override
          public void placed(Arena arena, Program program) {
            if (program.mailboxes().keySet().stream().anyMatch(p -> p.name().equals("program"))) {
              cancellation.cancel();
              awaitNoPayload();
            }
          }
        };
    LiveRun live = onTerminal ? LiveRun.onTerminal(24, 80) : new LiveRun(new Nobody());
    RunRequest request = RunRequest.command("cat").build().attendedBy(live);
    try (Sandbox sandbox =
        AlteredSandbox.open(
            Policies.named("default"),
            new SandboxOptions(1, 0, false, onTerminal),
            cancelsWhenTheRunIsPlaced)) {
      assertThrows(CancellationException.class, () -> sandbox.run(request, cancellation));
    }
  }

  private static void awaitNoPayload() {
    try {
      Processes.await("the payload is gone", () -> Processes.waitingInits().isEmpty());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
