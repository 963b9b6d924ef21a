package dev.stockade.server.cli;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.BareSpawn;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stockade bench}. */
@Command(
    name = "bench",
    description = "Measure what the sandbox costs on this host, beside no sandbox at all.",
    customSynopsis = "stockade bench [OPTIONS] [-- COMMAND [ARG...]]",
    footer = {
      "",
      "Every kind takes its turn in each round, so that all meet the same noise. The",
      "command is to exit with status 0 and print nothing. Default: /bin/true."
    })
final class BenchCommand implements Callable<Integer>, TakesCommand {
  /** As long as a slot needs to prepare its spare; before each turn, so that all are alike. */
  private static final long PAUSE_NANOS = 3_000_000;

  private static final int WARM_UP_DIVISOR = 5;
  private static final int LEAST_RUNS = 10;

  private final Streams streams;
  private List<String> words = List.of("/bin/true");

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "500",
      description = "Measured runs of each kind. Default: ${DEFAULT-VALUE}.")
  private int runs = 500;

  @Option(
      names = "--policy",
      paramLabel = "P",
      defaultValue = PolicyChoice.DEFAULT,
      description = "Policy of the sandbox. Default: ${DEFAULT-VALUE}.")
  private String policyName = PolicyChoice.DEFAULT;

  @Option(names = "--json", description = "Print JSON on standard output.")
  private boolean json;

  BenchCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void take(List<String> command) {
    words = command;
  }

  /** One way to run the command once. */
  private record Kind(String name, Callable<Boolean> run) {}

  @Override
  public Integer call() throws Exception {
    if (runs < LEAST_RUNS) {
      throw new UsageException("--runs: at least " + LEAST_RUNS);
    }
    if (words.isEmpty() || !words.get(0).startsWith("/")) {
      throw new UsageException("bench: name the command by its absolute path");
    }
    BenchReport report = measure();
    streams.text().print(json ? report.toJson().encodePrettily() + "\n" : report.toText());
    return 0;
  }

  private BenchReport measure() throws Exception {
    Policy policy = PolicyChoice.of(policyName);
    RunRequest request =
        RunRequest.commandBytes(words.stream().map(ExactArguments::encode).toList()).build();
    try (Sandbox prepared = Sandbox.open(policy, new SandboxOptions(1, 1))) {
      succeed("sandbox", runIn(prepared, request));
      LockSupport.parkNanos(10 * PAUSE_NANOS);
      Long slotBytes = SlotMemory.pssBytesOfOurChildren();
      try (Sandbox plain = Sandbox.open(policy, new SandboxOptions(1, 0))) {
        List<Kind> kinds =
            List.of(
                new Kind("posix_spawn + wait4, no sandbox", this::spawnBare),
                new Kind("sandbox, spare ready", () -> runIn(prepared, request)),
                new Kind("sandbox, no spare", () -> runIn(plain, request)),
                new Kind("ProcessBuilder, no sandbox", this::spawnByJava));
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return new BenchReport(words, runs, load, slotBytes, measure(kinds));
      }
    }
  }

  private List<BenchReport.Row> measure(List<Kind> kinds) throws Exception {
    int warmUp = runs / WARM_UP_DIVISOR;
    long[][] nanos = new long[kinds.size()][runs];
    for (int round = -warmUp; round < runs; round++) {
      for (int turn = 0; turn < kinds.size(); turn++) {
        int kind = Math.floorMod(round + turn, kinds.size());
        LockSupport.parkNanos(PAUSE_NANOS);
        long start = System.nanoTime();
        boolean fine = kinds.get(kind).run().call();
        long time = System.nanoTime() - start;
        succeed(kinds.get(kind).name(), fine);
        if (round >= 0) {
          nanos[kind][round] = time;
        }
      }
    }
    return BenchReport.rows(kinds.stream().map(Kind::name).toList(), nanos);
  }

  private boolean spawnBare() {
    return BareSpawn.run(words.get(0), words) == 0;
  }

  private boolean spawnByJava() throws IOException, InterruptedException {
    return new ProcessBuilder(words).start().waitFor() == 0;
  }

  private static boolean runIn(Sandbox sandbox, RunRequest request) {
    RunResult result = sandbox.run(request);
    return result.verdict() == Verdict.OK;
  }

  private void succeed(String kind, boolean fine) {
    if (!fine) {
      throw new UsageException(
          "bench: "
              + new String(ExactArguments.encode(words.get(0)), StandardCharsets.UTF_8)
              + " did not exit with status 0 ("
              + kind
              + ")");
    }
  }
}
