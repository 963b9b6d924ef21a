package dev.stockade.server.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers of a report for people: three digits, and a unit. */
final class Figures {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double BYTES_PER_KIB = 1024;

  private Figures() {}

  /** {@code 0.62 ms}, {@code 12.5 ms}, {@code 230 ms}. */
  static String millis(long nanos) {
    return digits(nanos / NANOS_PER_MILLI) + " ms";
  }

  static String kib(long bytes) {
    return digits(bytes / BYTES_PER_KIB) + " KiB";
  }

  static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  static String ratio(@Nullable Double ratio) {
    return ratio == null ? "" : ratio(ratio.doubleValue());
  }

  static String digits(double value) {
    double size = Math.abs(value);
    String format = size < 9.995 ? "%.2f" : size < 99.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
