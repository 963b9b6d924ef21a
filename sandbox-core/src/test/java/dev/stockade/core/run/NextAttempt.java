package dev.stockade.core.run;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program that stays in its first attempt, and goes on in the next, however long either takes to
 * begin: its file {@code next} is a file of the host, which each attempt gets as it is then.
 */
final class NextAttempt {
  private final Path file;

  NextAttempt(Path folder) throws IOException {
    file = Files.writeString(folder.resolve("next"), "sleep 1000");
  }

  /** A line of shell with {@code . ./next} where the first attempt stays. */
  RunRequest.Builder request(String script) {
    return RunRequest.command("sh", "-c", script)
        .file("next", new RunRequest.InputFile(Content.of(file), false));
  }

  /** From now on no attempt stays. */
  void goesOn() throws IOException {
    Files.writeString(file, "true");
  }
}
