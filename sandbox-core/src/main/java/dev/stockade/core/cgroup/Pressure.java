package dev.stockade.core.cgroup;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of pressure stall information, the kernel's accounting/psi.rst: {@code some avg10=0.00
 * avg60=0.00 avg300=0.00 total=1234}, and a line {@code full} of the same form.
 */
final class Pressure {
  private static final Pattern SOME =
      Pattern.compile("^some .*\\btotal=([0-9]{1,18})$", Pattern.MULTILINE);

  private Pressure() {}

  /** Microseconds in which some task was held up; {@code null} when that is not in the file. */
  static @Nullable Long someMicros(@Nullable String file) {
    if (file == null) {
      return null;
    }
    Matcher some = SOME.matcher(file);
    return some.find() ? Long.valueOf(some.group(1)) : null;
  }
}
