package dev.stockade.core;

/**
 * What became of two programs that talked with each other.
 *
 * @param first who was the first to leave: what the other did afterwards may be a consequence
 * @param cause why that one was the first
 */
public record InteractionResult(
    RunResult interactor, RunResult solution, Side first, Cause cause, Transcript transcript) {
  /** One of the two programs. */
  public enum Side {
    /** Who asks. */
    INTERACTOR,
    /** Who answers. */
    SOLUTION
  }

  /** Why somebody was the first to leave. */
  public enum Cause {
    /** It ended, or closed its standard input or output. */
    LEFT,
    /** It was killed for a limit or a hostile call. */
    KILLED,
    /**
     * The wall time of one was over while both were there. It was the interactor that stalled when
     * it alone had not read everything it was told, else the solution, which owed an answer.
     */
    STALLED
  }
}
