package dev.stockade.fuzz;

import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The attacks that need machine code: {@code attacker.c}, compiled once, outside the sandbox. */
final class Attacker {
  private static byte @Nullable [] program;

  private Attacker() {}

  /** A static executable, so that it starts within very small limits. */
  static synchronized byte[] program() {
    byte[] compiled = program;
    if (compiled == null) {
      compiled = compile();
      program = compiled;
    }
    return compiled.clone();
  }

  private static byte[] compile() {
    try {
      Path folder = Files.createTempDirectory("stockade-attacker");
      Path source = folder.resolve("attacker.c");
      Path executable = folder.resolve("attacker");
      try {
        Files.write(source, Resources.bytes("attacker.c"));
        List<String> command =
            List.of(
                "gcc",
                "-O1",
                "-static",
                "-pthread",
                "-o",
                executable.toString(),
                source.toString());
        Needs.feature("gcc and a static C library", whyNot(command));
        return Files.readAllBytes(executable);
      } finally {
        Files.deleteIfExists(source);
        Files.deleteIfExists(executable);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> whyNot(List<String> command) throws IOException {
    try {
      Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return gcc.waitFor() == 0 ? Optional.empty() : Optional.of(output);
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while gcc ran", e);
    }
  }
}
