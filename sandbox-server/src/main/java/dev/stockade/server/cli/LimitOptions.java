package dev.stockade.server.cli;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The limits that a command line can ask for; those left out are the policy's. */
final class LimitOptions {
  @Option(
      names = "--cpu-time",
      paramLabel = "TIME",
      description = "CPU time of all processes together, such as 2s or 500ms.")
  private @Nullable Duration cpuTime;

  @Option(names = "--wall-time", paramLabel = "TIME", description = "Time from start to end.")
  private @Nullable Duration wallTime;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory and swap together, such as 256MiB.")
  private @Nullable ByteSize memory;

  @Option(names = "--pids", paramLabel = "N", description = "Processes and threads at one time.")
  private @Nullable Integer pids;

  @Option(
      names = "--output",
      paramLabel = "SIZE",
      description = "Bytes of stdout, and as many of stderr.")
  private @Nullable ByteSize output;

  @Option(
      names = "--cpus",
      paramLabel = "X",
      description = "Processors' worth of time per second, such as 0.5.")
  private @Nullable Double cpus;

  LimitOverrides overrides() {
    return new LimitOverrides(cpuTime, wallTime, memory, pids, output, cpus);
  }
}
