package dev.stockade.server.cli;

import dev.stockade.core.host.HostReport;
import dev.stockade.server.observe.HostReportJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stockade doctor}. */
@Command(
    name = "doctor",
    description = "Tell what this host lacks, and the commands that mend it.",
    footer = {
      "",
      "Exit status: 0 when the default policy can run with nothing degraded, else 69.",
      "",
      "Examples:",
      "  ./stockade doctor",
      "  ./stockade doctor --json | jq '.findings[] | select(.fix)'"
    })
final class DoctorCommand implements Callable<Integer> {
  private final Streams streams;

  @Option(names = "--json", description = "Print JSON on standard output.")
  private boolean json;

  DoctorCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    HostReport report =
        WaitingLine.during(
            streams, "looking at this host", () -> HostReport.probe().with(Trial.run()));
    streams
        .text()
        .print(
            json
                ? HostReportJson.of(report).encodePrettily() + "\n"
                : DoctorText.of(report, streams.colours()));
    return report.ready() ? 0 : ExitCode.UNAVAILABLE;
  }
}
