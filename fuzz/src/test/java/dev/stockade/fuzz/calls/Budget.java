package dev.stockade.fuzz.calls;

import dev.stockade.fuzz.Effort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * How much is fuzzed: a million calls in the short form, ten minutes in the long one; in User-Mode
 * Linux, where a system call takes tens of microseconds and the one processor is slow, 50,000 and
 * 250,000 calls.
 *
 * @param calls that many are executed, or
 * @param time that long it goes on, whichever comes first
 * @param wallTime the limit of one run, long enough for the longest list of calls
 * @param mostCalls the longest list
 */
record Budget(long calls, Duration time, Duration wallTime, int mostCalls) {
  static Budget current() {
    if (isUserModeLinux()) {
      int calls = Effort.of(50_000, 250_000);
      return new Budget(calls, Duration.ofMinutes(10), Duration.ofSeconds(2), 1000);
    }
    Duration wallTime = Duration.ofMillis(400);
    return Effort.current() == Effort.SHORT
        ? new Budget(1_000_000, Duration.ofMinutes(10), wallTime, 4000)
        : new Budget(Long.MAX_VALUE, Duration.ofMinutes(10), wallTime, 4000);
  }

  private static boolean isUserModeLinux() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)
          .contains("User Mode Linux");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isSpent(long executed, long elapsedNanos) {
    return executed >= calls || elapsedNanos >= time.toNanos();
  }

  @Override
  public String toString() {
    return calls == Long.MAX_VALUE
        ? String.format(Locale.ROOT, "%d s", time.toSeconds())
        : String.format(Locale.ROOT, "%,d calls", calls);
  }
}
