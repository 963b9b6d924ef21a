package dev.stockade.core.run;

import java.util.List;

/**
 * What came of two jobs that talked with each other.
 *
 * @param first who closed one of its streams, ended or stalled before the other did
 * @param pieces what was said, in its order, as far as it was kept
 * @param totalBytes all that was said
 */
public record PairOutcome(
    JobOutcome interactor,
    JobOutcome solution,
    Side first,
    Cause cause,
    List<Piece> pieces,
    long totalBytes) {
  /** What a piece counts for besides its bytes, so that a transcript of crumbs is bounded too. */
  public static final int PIECE_BYTES = 16;

  /** Why somebody was the first. */
  public enum Cause {
    /** It ended without our doing, or closed standard input or output. */
    LEFT,
    /** It was killed for a limit or a hostile call. */
    KILLED,
    /** It owed a word when somebody's wall time was over. */
    STALLED
  }

  /** What one of them said until the other said something. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Piece(Side from, byte[] bytes) {}
}
