package dev.stockade.server.cli;

import dev.stockade.core.RunResult;
import java.util.Objects;

/** Exit statuses, beside those of the programs that are run; 64 and above as in sysexits(3). */
final class ExitCode {
  /** A limit or the system-call filter ended the program. */
  static final int LIMIT = 125;

  /** Added to the number of the signal that ended the program, as shells do. */
  static final int SIGNAL_BASE = 128;

  /** The command line, a policy or a request is at fault; nothing was run. */
  static final int USAGE = 64;

  /** This host cannot do it; {@code stockade doctor} says why. */
  static final int UNAVAILABLE = 69;

  /** A fault of ours. */
  static final int INTERNAL = 70;

  /** What a shell shows for a process ended by SIGINT, number 2 in signal(7). */
  static final int INTERRUPTED = SIGNAL_BASE + 2;

  private ExitCode() {}

  /** What a run's end means for ours. */
  static int of(RunResult result) {
    return switch (result.verdict()) {
      case OK, NONZERO_EXIT -> Objects.requireNonNull(result.exitCode());
      case SIGNALED -> SIGNAL_BASE + Objects.requireNonNull(result.signal());
      case CPU_TIME_LIMIT, WALL_TIME_LIMIT, MEMORY_LIMIT, OUTPUT_LIMIT, SECURITY_VIOLATION -> LIMIT;
    };
  }
}
