package dev.stockade.server.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stockade completion}. */
@Command(
    name = "completion",
    description = "Print a script with which a shell completes commands, options and their values.",
    footer = {
      "",
      "Examples, for this shell; the same line in its start-up file is for all:",
      "  source <(./stockade completion bash)    # ~/.bashrc",
      "  source <(./stockade completion zsh)     # ~/.zshrc, behind compinit",
      "  ./stockade completion fish | source     # ~/.config/fish/config.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  private static final String NAME = "stockade";

  private final Streams streams;
  private final Supplier<CommandLine> whole;

  /** A shell that can be told how to complete. */
  private enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "SHELL", description = "bash, zsh (by its bashcompinit) or fish.")
  private Shell shell = Shell.bash;

  /**
   * @param whole makes the command line with every command
   */
  CompletionCommand(Streams streams, Supplier<CommandLine> whole) {
    this.streams = streams;
    this.whole = whole;
  }

  @Override
  public Integer call() {
    CommandLine commandLine = whole.get();
    streams
        .text()
        .print(
            switch (shell) {
              case bash, zsh -> AutoComplete.bash(NAME, commandLine);
              case fish -> FishCompletion.of(NAME, commandLine.getCommandSpec());
            });
    return 0;
  }
}
