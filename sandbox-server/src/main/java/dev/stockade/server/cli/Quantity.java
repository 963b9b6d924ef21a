package dev.stockade.server.cli;

import java.util.Locale;

/** Numbers as a tired person reads them: three digits at most, and a unit. */
final class Quantity {
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Quantity() {}

  /** A time: {@code 0.4 ms}, {@code 12 ms}, {@code 2.35 s}. */
  static String nanos(long nanos) {
    if (nanos < 999_500_000L) {
      return digits(nanos / 1e6) + " ms";
    }
    return nanos < 100_000_000_000L ? digits(nanos / 1e9) + " s" : Math.round(nanos / 1e9) + " s";
  }

  /** A size: {@code 512 B}, {@code 3.1 MiB}. */
  static String bytes(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1023.5 && unit < SIZES.length - 1) {
      size /= 1024;
      unit++;
    }
    return (unit == 0 ? Long.toString(bytes) : digits(size)) + " " + SIZES[unit];
  }

  private static String digits(double value) {
    String format = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
    String text = String.format(Locale.ROOT, format, value);
    // 2.00 and 12.0 say no more than 2 and 12
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}
