package dev.stockade.server.cli;

import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Durations;
import dev.stockade.core.policy.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a run, in one line for people: verdict, CPU time, wall time, peak memory, and what
 * to do about a limit.
 */
final class Summary {
  private Summary() {}

  /**
   * The line, without its end.
   *
   * @param limits those that the run had
   * @param ceilings the most that the policy lets a request ask for
   */
  static String of(RunResult result, Limits limits, Limits ceilings) {
    StringBuilder line = new StringBuilder(verdict(result));
    Usage usage = result.usage();
    line.append("  cpu ")
        .append(usage.cpuTimeNanos() == null ? "unknown" : Quantity.nanos(usage.cpuTimeNanos()))
        .append("  wall ")
        .append(Quantity.nanos(usage.wallTimeNanos()))
        .append("  memory ")
        .append(
            usage.memoryPeakBytes() == null ? "unknown" : Quantity.bytes(usage.memoryPeakBytes()));
    List<String> remarks = remarks(result, limits, ceilings);
    return remarks.isEmpty() ? line.toString() : line + "  (" + String.join("; ", remarks) + ")";
  }

  private static String verdict(RunResult result) {
    String name = result.verdict().name();
    return switch (result.verdict()) {
      case NONZERO_EXIT -> name + " " + result.exitCode();
      case SIGNALED -> name + " " + result.signal();
      default -> name;
    };
  }

  private static List<String> remarks(RunResult result, Limits limits, Limits ceilings) {
    List<String> remarks = new ArrayList<>();
    switch (result.verdict()) {
      case OK, NONZERO_EXIT -> {}
      case SIGNALED -> remarks.add(Signals.describe(result.signal() == null ? 0 : result.signal()));
      case CPU_TIME_LIMIT ->
          remarks.add(
              "used up its "
                  + Durations.render(limits.cpuTime())
                  + " of CPU time"
                  + more("--cpu-time", limits.cpuTime(), ceilings.cpuTime()));
      case WALL_TIME_LIMIT ->
          remarks.add(
              "still "
                  + (isIdle(result.usage()) ? "waiting or asleep" : "running")
                  + " after "
                  + Durations.render(limits.wallTime())
                  + more("--wall-time", limits.wallTime(), ceilings.wallTime()));
      case MEMORY_LIMIT ->
          remarks.add(
              "needed more than its "
                  + limits.memory()
                  + " of memory"
                  + more("--memory", limits.memory(), ceilings.memory()));
      case OUTPUT_LIMIT ->
          remarks.add(
              "wrote more than "
                  + limits.output()
                  + " to "
                  + (result.stdout().totalBytes() > limits.output().bytes() ? "stdout" : "stderr")
                  + more("--output", limits.output(), ceilings.output()));
      case SECURITY_VIOLATION -> {
        String call = result.evidence().deniedSyscall();
        remarks.add(
            "made a system call that no honest program makes" + (call == null ? "" : ": " + call));
      }
    }
    Long refused = result.evidence().pidsLimitHits();
    if (refused != null && refused > 0) {
      remarks.add(
          "was refused a process or thread "
              + (refused == 1 ? "once" : refused + " times")
              + ", for it may have "
              + limits.pids()
              + more("--pids", limits.pids(), ceilings.pids()));
    }
    if (!result.degraded().isEmpty()) {
      remarks.add("degraded: " + String.join(", ", result.degraded()));
    }
    return remarks;
  }

  /** Less than a tenth of its time on a processor. */
  private static boolean isIdle(Usage usage) {
    return usage.cpuTimeNanos() != null && usage.cpuTimeNanos() < usage.wallTimeNanos() / 10;
  }

  private static <T extends Comparable<T>> String more(String option, T limit, T ceiling) {
    if (limit.compareTo(ceiling) >= 0) {
      return "; the policy allows no more";
    }
    return "; " + option + " may allow up to " + show(ceiling);
  }

  private static String show(Object limit) {
    return limit instanceof Duration time
        ? Durations.render(time)
        : limit instanceof ByteSize size ? size.toString() : limit.toString();
  }
}
