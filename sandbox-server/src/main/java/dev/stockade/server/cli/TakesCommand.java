package dev.stockade.server.cli;

import java.util.List;

/** A command that lets a program's command line follow behind {@code --}. */
interface TakesCommand {
  /**
   * @param words what follows {@code --}, as {@link ExactArguments} gives it
   */
  void take(List<String> words);
}
