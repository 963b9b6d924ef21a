package dev.stockade.fuzz;

import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Compiles C programs for tests, outside the sandbox. */
public final class StaticProgram {
  private StaticProgram() {}

  /**
   * The program of a resource beside a class: a static executable, so that it starts within very
   * small limits.
   */
  public static byte[] of(Class<?> beside, String resource) {
    try {
      Path folder = Files.createTempDirectory("stockade-program");
      Path source = folder.resolve(resource);
      Path executable = folder.resolve("program");
      try (InputStream text = beside.getResourceAsStream(resource)) {
        if (text == null) {
          throw new IllegalArgumentException("no resource " + resource + " beside " + beside);
        }
        Files.copy(text, source);
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
