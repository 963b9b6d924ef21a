package dev.stockade.server.job;

import dev.stockade.core.RunResult;
import org.jspecify.annotations.Nullable;

/**
 * What came of a job that the sandbox carried to its end.
 *
 * @param compile the compiler's run; {@code null} where nothing was compiled
 * @param result the program's run; {@code null} when the compiler's verdict was not {@code OK}
 */
public record FinishedJob(@Nullable RunResult compile, @Nullable RunResult result) {
  public FinishedJob {
    if (compile == null && result == null) {
      throw new IllegalArgumentException("a finished job has at least one run");
    }
  }

  /** A job that had nothing to compile. */
  public static FinishedJob ran(RunResult result) {
    return new FinishedJob(null, result);
  }

  /** A job whose compiler refused the source. */
  public static FinishedJob notCompiled(RunResult compile) {
    return new FinishedJob(compile, null);
  }
}
