package dev.stockade.core.linux;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The named bits of one flags argument; renders a value by name, the unknown rest in hex, and
 * parses it back.
 */
public final class FlagSet {
  private final Map<String, Long> bits;

  private FlagSet(Map<String, Long> bits) {
    this.bits = bits;
  }

  /** Flags in the order in which they are printed: name, bit, name, bit, … */
  static FlagSet of(Object... namesAndBits) {
    Map<String, Long> bits = new LinkedHashMap<>();
    for (int i = 0; i < namesAndBits.length; i += 2) {
      bits.put((String) namesAndBits[i], ((Number) namesAndBits[i + 1]).longValue());
    }
    return new FlagSet(bits);
  }

  /** All names that this set knows, with their bits. */
  public Map<String, Long> bits() {
    return Map.copyOf(bits);
  }

  /** For example {@code MS_NOSUID|MS_NODEV|0x100000000}; {@code 0} when no bit is set. */
  public String render(long value) {
    List<String> parts = new ArrayList<>();
    long rest = value;
    for (Map.Entry<String, Long> flag : bits.entrySet()) {
      if ((value & flag.getValue()) == flag.getValue()) {
        parts.add(flag.getKey());
        rest &= ~flag.getValue();
      }
    }
    if (rest != 0) {
      parts.add("0x" + Long.toHexString(rest));
    }
    return parts.isEmpty() ? "0" : String.join("|", parts);
  }

  /** The value that {@link #render} shows as this text. */
  public long parse(String text) {
    long value = 0;
    for (String part : text.split("\\|", -1)) {
      Long bit = bits.get(part);
      if (bit != null) {
        value |= bit;
      } else if (part.startsWith("0x")) {
        value |= Long.parseUnsignedLong(part.substring(2), 16);
      } else if (!part.equals("0")) {
        throw new IllegalArgumentException("no flag is named " + part);
      }
    }
    return value;
  }
}
