package dev.stockade.fuzz.calls;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One argument of a call, or one word of a structure; its text is what {@link CaseText} reads. */
sealed interface Argument {
  Argument ZERO = new Constant(0);

  /** A value that is known. */
  record Constant(long value) implements Argument {
    @Override
    public String toString() {
      boolean small = value > -100_000 && value < 100_000;
      return small ? Long.toString(value) : "0x" + Long.toHexString(value);
    }
  }

  /** The address of a NUL-terminated string in read-only memory. */
  record Text(String text) implements Argument {
    @Override
    public String toString() {
      return CaseText.quote(text);
    }
  }

  /** The address of bytes in read-only memory. */
  @SuppressWarnings("ArrayRecordComponent") // equality is defined below
  record Bytes(byte[] content) implements Argument {
    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
      return "x\"" + HexFormat.of().formatHex(content) + '"';
    }
  }

  /** The address of 64-bit words in read-only memory; none of them is known only later. */
  record Words(List<Argument> words) implements Argument {
    public Words {
      words = List.copyOf(words);
      if (words.isEmpty()) {
        throw new IllegalArgumentException("a structure has at least one word");
      }
      for (Argument word : words) {
        if (word instanceof Memory || word instanceof Result) {
          throw new IllegalArgumentException(
              "a structure cannot hold " + word + ": it is known only when the call is made");
        }
      }
    }

    @Override
    public String toString() {
      return words.stream().map(Argument::toString).collect(Collectors.joining(", ", "{", "}"));
    }
  }

  /** An address. */
  record Place(Region region, long offset) implements Argument {
    long address() {
      return region.address() + offset;
    }

    @Override
    public String toString() {
      String name = region.name().toLowerCase(Locale.ROOT);
      return name + (offset < 0 ? "-0x" : "+0x") + Long.toHexString(Math.abs(offset));
    }
  }

  /** The word that stands at an address when the call is made. */
  record Memory(Place place) implements Argument {
    @Override
    public String toString() {
      return "*" + place;
    }
  }

  /**
   * What an earlier call returned.
   *
   * @param back 1 for the last call above whose result is of that kind; where there is none, the
   *     value is {@link CasePlan#NOT_REACHED}
   */
  record Result(Kind kind, int back) implements Argument {
    public Result {
      if (kind == Kind.NONE || back < 1) {
        throw new IllegalArgumentException("no call gives that: " + kind + " " + back);
      }
    }

    @Override
    public String toString() {
      return "@" + kind.name().toLowerCase(Locale.ROOT) + "-" + back;
    }
  }
}
