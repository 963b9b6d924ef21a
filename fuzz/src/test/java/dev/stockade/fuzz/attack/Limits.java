package dev.stockade.fuzz.attack;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import java.time.Duration;

/** Limits of attacks. */
final class Limits {
  private Limits() {}

  static LimitOverrides wall(long millis) {
    return new LimitOverrides(null, Duration.ofMillis(millis), null, null, null, null);
  }

  static LimitOverrides cpu(long millis) {
    return new LimitOverrides(Duration.ofMillis(millis), null, null, null, null, null);
  }

  static LimitOverrides memory(long mebibytes) {
    return new LimitOverrides(null, null, ByteSize.ofMebibytes(mebibytes), null, null, null);
  }

  static LimitOverrides output(long kibibytes) {
    return new LimitOverrides(null, null, null, null, ByteSize.ofKibibytes(kibibytes), null);
  }

  static LimitOverrides wallAndPids(long millis, int pids) {
    return new LimitOverrides(null, Duration.ofMillis(millis), null, pids, null, null);
  }
}
