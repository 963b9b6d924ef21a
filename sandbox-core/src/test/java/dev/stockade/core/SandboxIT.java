package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.policy.Policies;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Real programs behind every protection of the default policy. */
final class SandboxIT {
  private static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aProgramRunsAndItsOutputComesBack() {
    try (Sandbox sandbox = Sandbox.open(Policies.named("default"))) {
      RunResult result =
          sandbox.run(
              RunRequest.command(
                      "sh",
                      "-c",
                      "id; echo hello; cat; pwd; ls -la / /dev; cat /proc/self/status /proc/self/mountinfo; exit 3")
                  .stdin("input")
                  .build());
      System.out.println(
          text(result.stdout()) + text(result.stderr()) + result.usage() + result.evidence());
      assertEquals(Verdict.NONZERO_EXIT, result.verdict());
      assertEquals(3, result.exitCode());
    }
  }
}
