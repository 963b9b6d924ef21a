package dev.stockade.fuzz.attack;

import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import java.nio.charset.StandardCharsets;

/** Results as text. */
final class Results {
  private Results() {}

  static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  /** A result on a few lines, for messages. */
  static String describe(RunResult result) {
    return "%s exit=%s signal=%s %s %s%nstdout: %s%nstderr: %s"
        .formatted(
            result.verdict(),
            result.exitCode(),
            result.signal(),
            result.evidence(),
            result.usage(),
            text(result.stdout()),
            text(result.stderr()));
  }
}
