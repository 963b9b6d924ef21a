package dev.stockade.server.cli;

import picocli.CommandLine.Option;

/** How a command line wants to be told what became of its run. */
final class ReportOptions {
  @Option(names = "--json", description = "Print the result as JSON on stdout, nothing else.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No summary line.")
  private boolean quiet;

  boolean json() {
    return json;
  }

  boolean quiet() {
    return quiet;
  }
}
