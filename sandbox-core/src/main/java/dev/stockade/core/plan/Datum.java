package dev.stockade.core.plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A piece of memory that a step's arguments may point to; told apart by identity, placed by the
 * encoder.
 */
public abstract sealed class Datum permits Datum.Bytes, Datum.Words, Datum.Space {
  /** Its length in bytes, before alignment. */
  public abstract int length();

  /** Bytes that stand as they are: a string, a struct without pointers, a filter. */
  public static final class Bytes extends Datum {
    private final byte[] content;
    private final String text;

    private Bytes(byte[] content, String text) {
      this.content = content;
      this.text = text;
    }

    public byte[] content() {
      return content.clone();
    }

    @Override
    public int length() {
      return content.length;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** 64-bit words, each a number, an address of another datum or a value loaded by the encoder. */
  public static final class Words extends Datum {
    private final List<Word> words;
    private final String text;

    private Words(List<Word> words, String text) {
      this.words = List.copyOf(words);
      this.text = text;
    }

    public List<Word> words() {
      return words;
    }

    @Override
    public int length() {
      return words.size() * 8;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Zeroed memory that the kernel or the executor writes to. */
  public static final class Space extends Datum {
    private final int length;
    private final String text;

    private Space(int length, String text) {
      this.length = length;
      this.text = text;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** A NUL-terminated string, as UTF-8. */
  public static Bytes string(String text) {
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A NUL-terminated string of any bytes but NUL. */
  public static Bytes string(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a C string cannot hold NUL");
      }
    }
    return new Bytes(Arrays.copyOf(bytes, bytes.length + 1), quote(bytes));
  }

  public static Bytes bytes(byte[] content, String text) {
    return new Bytes(content.clone(), text);
  }

  public static Words words(String text, Word... words) {
    return new Words(List.of(words), text);
  }

  public static Words words(String text, List<Word> words) {
    return new Words(words, text);
  }

  public static Space space(int length, String text) {
    return new Space(length, text);
  }

  /** The word in this datum at a byte offset, to be written or loaded. */
  public Slot slot(int offset) {
    return new Slot(this, offset);
  }

  static String quote(byte[] bytes) {
    StringBuilder out = new StringBuilder("\"");
    for (byte b : bytes) {
      int c = b & 0xff;
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < 0x20 || c >= 0x7f) {
            out.append(String.format(java.util.Locale.ROOT, "\\x%02x", c));
          } else {
            out.append((char) c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
