package dev.stockade.client;

/**
 * A fact about a program, a test or a whole job. Up to {@link #SECURITY_VIOLATION} they are
 * verdicts of runs.
 */
public enum Verdict {
  /** Exited with 0 within every limit, or was a linked service that was dismissed. */
  OK,
  /** Exited by itself with another status. */
  NONZERO_EXIT,
  /** A signal ended it, and nothing of the sandbox was behind it. */
  SIGNALED,
  /** Used more CPU time than allowed. */
  CPU_TIME_LIMIT,
  /** Was still running when its time was up. */
  WALL_TIME_LIMIT,
  /** The kernel's OOM killer ended at least one of its processes. */
  MEMORY_LIMIT,
  /** Wrote more to a stream than allowed. */
  OUTPUT_LIMIT,
  /** Made a system call that no honest program makes. */
  SECURITY_VIOLATION,
  /** Every test is; of one test, the checker said so. */
  ACCEPTED,
  /** The checker said no. */
  WRONG_ANSWER,
  /** Not right, but the words are. */
  PRESENTATION_ERROR,
  /** Some of the points. */
  PARTIAL,
  /** The compiler's verdict was not {@link #OK}: the program was never run. */
  COMPILE_ERROR,
  /** The checker or interactor is at fault. */
  CHECKER_ERROR,
  /** A program of a linked job was not started. */
  NOT_STARTED,
  /** A test was not run. */
  SKIPPED
}
