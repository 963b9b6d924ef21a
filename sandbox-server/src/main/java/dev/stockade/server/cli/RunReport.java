package dev.stockade.server.cli;

import dev.stockade.core.RunResult;
import dev.stockade.core.policy.Limits;
import dev.stockade.server.api.ResultJson;
import dev.stockade.server.job.FinishedJob;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells what became of a run, whose output has gone on already; brings its files back. */
final class RunReport {
  private final Streams streams;
  private final boolean quiet;

  /**
   * @param quiet no line about the run
   */
  RunReport(Streams streams, boolean quiet) {
    this.streams = streams;
    this.quiet = quiet;
  }

  /** The result object, of a source file with its {@code compile}, which may be all there is. */
  void json(FinishedJob job, boolean ofSource) {
    RunResult compile = job.compile();
    JsonObject json =
        job.result() == null ? new JsonObject().putNull("verdict") : ResultJson.of(job.result());
    if (ofSource) {
      json.put("compile", compile == null ? null : ResultJson.of(compile));
    }
    streams.text().println(json.encode());
  }

  /**
   * One line for people, behind what the compiler said where it refused the source.
   *
   * @param limits asked for only where there is something to tell
   * @param midLine whether what went on ended in the middle of a line
   * @return our exit status
   */
  int text(FinishedJob job, Supplier<RunLimits> limits, boolean midLine) {
    RunResult result = job.result();
    if (result == null) {
      return notCompiled(Objects.requireNonNull(job.compile()), limits);
    }
    bringBack(result);
    if (!quiet) {
      RunLimits known = limits.get();
      // a line of its own, whatever the program wrote last
      streams
          .messages()
          .println((midLine ? "\n" : "") + Summary.of(result, known.granted(), known.ceilings()));
    }
    return ExitCode.of(result);
  }

  /** What the compiler said, and how it ended. */
  private int notCompiled(RunResult compile, Supplier<RunLimits> limits) {
    try {
      streams.err().write(compile.stdout().bytes());
      streams.err().write(compile.stderr().bytes());
    } catch (IOException e) {
      throw new UnavailableException("standard error cannot be written: " + e.getMessage());
    }
    @Nullable Limits known = quiet ? null : limits.get().ofCompiler();
    if (known != null) {
      streams.messages().println("not compiled: " + Summary.of(compile, known, known));
    }
    return ExitCode.of(compile);
  }

  private void bringBack(RunResult result) {
    for (Map.Entry<String, byte[]> file : result.files().entrySet()) {
      Path path = Path.of(file.getKey());
      try {
        if (path.getParent() != null) {
          Files.createDirectories(path.getParent());
        }
        Files.write(path, file.getValue());
      } catch (IOException e) {
        throw new UnavailableException(
            "--output-file: " + path + " cannot be written here: " + e.getMessage());
      }
    }
    PrintStream messages = streams.messages();
    result
        .fileErrors()
        .forEach(
            (name, reason) -> messages.println("stockade: --output-file " + name + ": " + reason));
  }
}
