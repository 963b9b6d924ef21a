package dev.stockade.server.cli;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Policies;
import java.nio.charset.StandardCharsets;

/** The Java example of {@code README.md}: its imports, and what stands between the marks. */
final class ReadmeExample {
  private ReadmeExample() {}

  // begin
  static String reversed(String word) {
    try (Sandbox sandbox = Sandbox.open(Policies.named("python"))) {
      RunResult result =
          sandbox.run(
              RunRequest.command("python3", "reverse.py")
                  .file("reverse.py", "print(input()[::-1])")
                  .stdin(word)
                  .build());
      if (result.verdict() != Verdict.OK) {
        throw new IllegalStateException(result.verdict() + ": " + result.evidence());
      }
      return new String(result.stdout().bytes(), StandardCharsets.UTF_8);
    }
  }
  // end
}
