package dev.stockade.core.policy;

import dev.stockade.core.yaml.Quote;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A number of bytes.
 *
 * <p>As text: a whole number and a unit, {@code 256MiB}, {@code 1MB}, {@code 64KiB}, {@code 10B}.
 * Units with an {@code i} are powers of 1024, those without are powers of 1000.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Map<String, Long> BYTES = new LinkedHashMap<>();

  static {
    BYTES.put("TiB", 1L << 40);
    BYTES.put("TB", 1_000_000_000_000L);
    BYTES.put("GiB", 1L << 30);
    BYTES.put("GB", 1_000_000_000L);
    BYTES.put("MiB", 1L << 20);
    BYTES.put("MB", 1_000_000L);
    BYTES.put("KiB", 1L << 10);
    BYTES.put("KB", 1_000L);
    BYTES.put("B", 1L);
  }

  private static final Units UNITS =
      new Units("size", "\"256MiB\" or \"64KiB\"", "\"1536KiB\"", BYTES);

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is 0 or more bytes: " + bytes);
    }
  }

  public static ByteSize ofBytes(long bytes) {
    return new ByteSize(bytes);
  }

  public static ByteSize ofKibibytes(long kibibytes) {
    return new ByteSize(Math.multiplyExact(kibibytes, 1024L));
  }

  public static ByteSize ofMebibytes(long mebibytes) {
    return new ByteSize(Math.multiplyExact(mebibytes, 1024L * 1024));
  }

  /**
   * The size that a text means.
   *
   * @throws IllegalArgumentException with a sentence about the text, such as {@code "256" has no
   *     unit; write "256MiB" or "64KiB"}
   */
  public static ByteSize parse(String text) {
    BigInteger bytes = UNITS.parse(text, 1);
    if (bytes.bitLength() > Long.SIZE - 1) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is too large; the largest is " + new ByteSize(Long.MAX_VALUE));
    }
    return new ByteSize(bytes.longValueExact());
  }

  /** The text with the largest unit that needs no fraction; {@link #parse} reads it back. */
  @Override
  public String toString() {
    for (Map.Entry<String, Long> unit : BYTES.entrySet()) {
      if (bytes != 0 && bytes % unit.getValue() == 0) {
        return bytes / unit.getValue() + unit.getKey();
      }
    }
    return "0B";
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }
}
