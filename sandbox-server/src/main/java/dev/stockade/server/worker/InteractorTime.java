package dev.stockade.server.worker;

import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long an interactor may take, which waits for a program most of its time. */
final class InteractorTime {
  private InteractorTime() {}

  /**
   * The limits that it gets. When it asks for no wall time, it has its policy's on top of the
   * program's, up to its ceiling: its own must not be over while the program may still think.
   *
   * @param asked its own
   * @param policy its own
   * @param program what the program asks for
   * @param programPolicy the program's
   */
  static LimitOverrides limits(
      LimitOverrides asked, Policy policy, LimitOverrides program, Policy programPolicy) {
    if (asked.wallTime() != null) {
      return asked;
    }
    @Nullable Duration programs = program.wallTime();
    Duration both =
        policy
            .limits()
            .wallTime()
            .plus(programs == null ? programPolicy.limits().wallTime() : programs);
    Duration most = policy.ceilings().wallTime();
    return new LimitOverrides(
        asked.cpuTime(),
        both.compareTo(most) < 0 ? both : most,
        asked.memory(),
        asked.pids(),
        asked.output(),
        asked.cpus());
  }
}
