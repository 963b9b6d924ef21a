package dev.stockade.fuzz.mutation;

import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The program of {@code probe.c}, compiled once, outside of the sandbox. */
final class Probe {
  private static byte @Nullable [] program;

  private Probe() {}

  /** A static executable. */
  static synchronized byte[] program() {
    byte[] compiled = program;
    if (compiled == null) {
      compiled = compile();
      program = compiled;
    }
    return compiled.clone();
  }

  private static byte[] compile() {
    try (InputStream text = Probe.class.getResourceAsStream("probe.c")) {
      if (text == null) {
        throw new IllegalStateException("probe.c is not on the class path");
      }
      Path folder = Files.createTempDirectory("stockade-probe");
      Path source = folder.resolve("probe.c");
      Path executable = folder.resolve("probe");
      try {
        Files.write(source, text.readAllBytes());
        Needs.feature(
            "gcc and a static C library",
            whyNot("gcc", "-O1", "-static", "-o", executable.toString(), source.toString()));
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

  private static Optional<String> whyNot(String... command) throws IOException {
    try {
      Process gcc = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
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
