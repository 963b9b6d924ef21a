package dev.stockade.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code stockade} without a command: help, and a usage error where help was not asked for. */
@Command(
    name = "stockade",
    description = "Run code that nobody trusts, and learn exactly what happened.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0-255:of run and submit: the program's own; of others 0: done",
      "1:of selftest: a promise does not hold, or cannot be tested here",
      ExitCode.SIGNAL_BASE + "+N:signal N ended the program",
      ExitCode.LIMIT + ":a limit or the system-call filter ended it",
      ExitCode.USAGE + ":wrong usage; nothing was run",
      ExitCode.UNAVAILABLE
          + ":this host cannot do it, ./stockade doctor says why; or a server cannot be reached, or"
          + " takes no job now",
      ExitCode.INTERNAL + ":a fault of Stockade"
    },
    footer = {
      "",
      "Examples:",
      "  ./stockade doctor",
      "  ./stockade run solution.cpp < input.txt",
      "  ./stockade serve",
      "",
      "Help on one command, with examples: ./stockade help COMMAND"
    })
@SuppressWarnings("UnusedVariable") // picocli itself acts on help and version
final class StockadeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Override
  public Integer call() {
    CommandLine commandLine = spec.commandLine();
    commandLine.usage(commandLine.getErr(), Ansi.OFF); // colours are for standard output
    return ExitCode.USAGE;
  }
}
