package dev.stockade.server.judge;

import dev.stockade.core.Verdict;

/**
 * What a judge says of a test or of a job: the run verdicts, and those that need an expected
 * output. A fault of ours is never one of these.
 */
public enum JudgeVerdict {
  /** The program exited with 0 within every limit, and nobody asked what it wrote. */
  OK,
  NONZERO_EXIT,
  SIGNALED,
  CPU_TIME_LIMIT,
  WALL_TIME_LIMIT,
  MEMORY_LIMIT,
  OUTPUT_LIMIT,
  SECURITY_VIOLATION,
  /** The output is right. */
  ACCEPTED,
  /** The output is not right. */
  WRONG_ANSWER,
  /** The output has the right words with the wrong blanks or lines between them. */
  PRESENTATION_ERROR,
  /** The output earned some of the points. */
  PARTIAL,
  /** The compiler's verdict was not {@code OK}; the program was never run. Of jobs only. */
  COMPILE_ERROR,
  /** The checker program did not say what it thinks: the problem is at fault, not the program. */
  CHECKER_ERROR,
  /**
   * A linked program was not started, for what it waits for never came. Of linked programs, and of
   * jobs in which no other verdict is bad.
   */
  NOT_STARTED,
  /** The test was not run. Of tests and groups only. */
  SKIPPED;

  /** The run verdict of the same name. */
  public static JudgeVerdict of(Verdict run) {
    return valueOf(run.name());
  }

  /** Whether a test that ends so makes {@code stopOnFirstFailure} stop. */
  public boolean isFailure() {
    return this != ACCEPTED && this != PARTIAL;
  }
}
