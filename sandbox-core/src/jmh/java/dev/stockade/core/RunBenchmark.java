package dev.stockade.core;

import dev.stockade.core.policy.Policies;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a run does with the kernel: launch, and files written and read back. Runs follow each other
 * at once, so that the spare's making is part of them; {@code stockade bench} measures latency.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RunBenchmark {
  private static final int FILE_BYTES = 64 * 1024;
  private static final String FILE = "file";

  private final RunRequest launch = RunRequest.command("/bin/true").build();
  private final RunRequest files =
      RunRequest.command("/bin/true").file(FILE, new byte[FILE_BYTES]).outputFile(FILE).build();
  private Sandbox sandbox;

  /** Opens a sandbox of one slot, with a spare. */
  @Setup
  public void open() {
    sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1));
  }

  /** Ends it. */
  @TearDown
  public void close() {
    sandbox.close();
  }

  /** A program started and waited for. */
  @Benchmark
  public RunResult launch() {
    return sandbox.run(launch);
  }

  /** The same with a file of 64 KiB written before and read back after. */
  @Benchmark
  public RunResult launchAndReadBack() {
    return sandbox.run(files);
  }
}
