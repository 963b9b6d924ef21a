package dev.stockade.core;

/**
 * What a program wrote to one stream, byte for byte.
 *
 * @param bytes the first bytes, up to the output limit
 * @param totalBytes all that was written
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; equality of outputs is never asked
public record Output(byte[] bytes, long totalBytes) {
  /** Whether {@link #bytes()} lacks some of what was written. */
  public boolean truncated() {
    return totalBytes > bytes.length;
  }
}
