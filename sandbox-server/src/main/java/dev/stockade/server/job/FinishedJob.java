package dev.stockade.server.job;

import dev.stockade.core.RunResult;
import org.jspecify.annotations.Nullable;

/**
 * What came of a job that the sandbox carried to its end.
 *
 * @param compile the compiler's run; {@code null} where nothing was compiled
 * @param cached whether the compiler's run is that of an earlier job with the same source
 * @param result the program's run; {@code null} when the compiler's verdict was not {@code OK}
 */
public record FinishedJob(@Nullable RunResult compile, boolean cached, @Nullable RunResult result) {
  public FinishedJob {
    if (compile == null && result == null) {
      throw new IllegalArgumentException("a finished job has at least one run");
    }
  }

  /** A job that had nothing to compile. */
  public static FinishedJob ran(RunResult result) {
    return new FinishedJob(null, false, result);
  }

  /** A job whose compiler refused the source. */
  public static FinishedJob notCompiled(RunResult compile, boolean cached) {
    return new FinishedJob(compile, cached, null);
  }
}
