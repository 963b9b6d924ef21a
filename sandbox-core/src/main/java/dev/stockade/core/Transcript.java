package dev.stockade.core;

import java.util.List;

/**
 * What two programs said to each other, in the order in which it passed between them.
 *
 * @param pieces the beginning, as much as was asked for
 * @param totalBytes all that was said
 */
public record Transcript(List<Piece> pieces, long totalBytes) {
  public Transcript {
    pieces = List.copyOf(pieces);
  }

  /** Whether {@link #pieces()} lack some of what was said. */
  public boolean truncated() {
    return totalBytes > pieces.stream().mapToLong(piece -> piece.bytes.length).sum();
  }

  /**
   * What one said until the other said something.
   *
   * @param bytes byte for byte
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point; they are never compared
  public record Piece(InteractionResult.Side from, byte[] bytes) {}
}
