package dev.stockade.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code --help}, for every command. */
@Command
@SuppressWarnings("UnusedVariable") // picocli itself acts on it
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;
}
