package dev.stockade.server.api;

import dev.stockade.core.host.HostReport;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this host gives, looked at anew when the last look is some seconds old. Thread-safe. */
final class HostReports {
  private static final Duration LASTS = Duration.ofSeconds(10);

  private final Supplier<HostReport> look;
  private @Nullable HostReport last;
  private long lookedAtNanos;

  HostReports(Supplier<HostReport> look) {
    this.look = look;
  }

  /** The report of a recent look; may take as long as a look. */
  synchronized HostReport report() {
    HostReport report = last;
    if (report == null || System.nanoTime() - lookedAtNanos > LASTS.toNanos()) {
      report = look.get();
      last = report;
      lookedAtNanos = System.nanoTime();
    }
    return report;
  }
}
