package dev.stockade.server.cli;

import dev.stockade.server.selftest.Selftest;
import dev.stockade.server.selftest.SelftestReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stockade selftest}. */
@Command(
    name = "selftest",
    description = "Attack the sandbox on this very host, and tell which promises hold.",
    footer = {
      "",
      "Runs some thirty hostile programs under the default policy, with canaries on the",
      "host that must not notice. Exit status: 0 when every promise holds, 1 when one",
      "does not or cannot be tested here, 69 when this host cannot run anything.",
      "",
      "Examples:",
      "  ./stockade selftest",
      "  ./stockade selftest --json > selftest.json"
    })
final class SelftestCommand implements Callable<Integer> {
  private static final int NOT_ALL_HOLD = 1;

  private final Streams streams;

  @Option(names = "--json", description = "Print JSON on standard output.")
  private boolean json;

  SelftestCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    long start = System.nanoTime();
    SelftestReport report;
    try (ProgressBar bar = new ProgressBar(streams)) {
      report = Selftest.run((done, all, attack) -> bar.show(done, all, attack.name()));
    }
    long nanos = System.nanoTime() - start;
    streams
        .text()
        .print(
            json
                ? SelftestJson.of(report).encodePrettily() + "\n"
                : SelftestText.of(report, nanos, streams.colours()));
    return report.holds() ? 0 : NOT_ALL_HOLD;
  }
}
