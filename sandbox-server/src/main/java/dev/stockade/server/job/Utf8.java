package dev.stockade.server.job;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** UTF-8 without replacement characters: it is valid, or it is not text. */
public final class Utf8 {
  private Utf8() {}

  /**
   * The text, or {@code null} when the bytes are not valid UTF-8. A new decoder reports, not
   * replaces.
   */
  public static @Nullable String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }

  /** The bytes, or {@code null} when the text has half a surrogate pair, which UTF-8 cannot say. */
  public static byte @Nullable [] encode(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return exact;
    } catch (CharacterCodingException halfPair) {
      return null;
    }
  }
}
