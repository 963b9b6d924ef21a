package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import org.jspecify.annotations.Nullable;

/** Files of one {@code key value} pair a line, and files of one number. */
final class FlatKeyed {
  private FlatKeyed() {}

  /** The key's value; {@code null} when this kernel's file has no such key, or there is no file. */
  static @Nullable Long value(@Nullable String text, String key) {
    if (text == null) {
      return null;
    }
    for (String line : text.split("\n")) {
      if (line.length() > key.length()
          && line.charAt(key.length()) == ' '
          && line.startsWith(key)) {
        return number(line.substring(key.length() + 1));
      }
    }
    return null;
  }

  /** The number that a file consists of; {@code null} when there is no file. */
  static @Nullable Long only(@Nullable String text) {
    return text == null ? null : number(text);
  }

  /**
   * A number of 64 bits without sign, capped at {@link Long#MAX_VALUE}; {@code max} is that too.
   */
  static long number(String text) {
    String digits = text.strip();
    if (digits.equals("max")) {
      return Long.MAX_VALUE;
    }
    try {
      long value = digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
      return value < 0 && !digits.startsWith("-") ? Long.MAX_VALUE : value;
    } catch (NumberFormatException e) {
      throw new SandboxException(
          "a control file holds \"" + digits + "\" where a number was due", e);
    }
  }
}
