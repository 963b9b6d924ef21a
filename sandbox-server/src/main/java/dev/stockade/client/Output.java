package dev.stockade.client;

import java.nio.charset.StandardCharsets;

/**
 * What a program wrote to one stream, byte for byte.
 *
 * @param bytes the first bytes, up to the output limit; where that limit cut text off in the middle
 *     of a character, without that character's first bytes
 * @param totalBytes all that was written, also what was not kept
 * @param truncated whether some of it was not kept
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; equality of outputs is never asked
public record Output(byte[] bytes, long totalBytes, boolean truncated) {
  /** The bytes as UTF-8; what is no UTF-8 becomes U+FFFD. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
