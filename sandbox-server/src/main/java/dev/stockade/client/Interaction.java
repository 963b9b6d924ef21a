package dev.stockade.client;

import java.util.List;

/**
 * What a program had with its interactor in one test.
 *
 * @param interactor the interactor's run
 * @param first who was the first to leave
 * @param cause why
 * @param transcript what they said, in the order in which it passed between them
 * @param transcriptBytes all that was said, also what was not kept
 * @param transcriptTruncated whether some of it was not kept
 */
public record Interaction(
    Result interactor,
    Side first,
    Cause cause,
    List<Piece> transcript,
    long transcriptBytes,
    boolean transcriptTruncated) {
  public Interaction {
    transcript = List.copyOf(transcript);
  }

  /** Who speaks. */
  public enum Side {
    INTERACTOR,
    /** The job's program. */
    SOLUTION
  }

  /** Why somebody left first. */
  public enum Cause {
    /** It ended, or closed standard input or output. */
    LEFT,
    /** For a limit or a hostile call. */
    KILLED,
    /** It owed a word when somebody's wall time was over. */
    STALLED
  }

  /** What one side said until the other said something. */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point
  public record Piece(Side from, byte[] bytes) {}
}
