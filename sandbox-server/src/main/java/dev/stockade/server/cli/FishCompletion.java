package dev.stockade.server.cli;

import java.util.Locale;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A script of {@code complete} commands for fish, made of the command line's model. */
final class FishCompletion {
  private final String program;
  private final StringBuilder script = new StringBuilder();

  private FishCompletion(String program) {
    this.program = program;
  }

  /**
   * @param program name of the program as it is typed, without folders
   */
  static String of(String program, CommandSpec top) {
    FishCompletion completion = new FishCompletion(program);
    completion.conditions();
    completion.options(top, completion.is("none"));
    top.subcommands()
        .forEach((name, command) -> completion.command(name, command.getCommandSpec()));
    return completion.script.toString();
  }

  /** The command is the first word; behind {@code --} stands somebody else's command line. */
  private void conditions() {
    script.append(
        """
        function __PROGRAM_none
            test (count (commandline -opc)) -eq 1
        end

        function __PROGRAM_is
            set -l words (commandline -opc)
            test (count $words) -ge 2; and test $words[2] = $argv[1]; and not contains -- -- $words
        end

        complete -c PROGRAM -f
        """
            .replace("PROGRAM", program));
  }

  private void command(String name, CommandSpec spec) {
    line(is("none") + " -a " + quoted(name), spec.usageMessage().description());
    String condition = is("is " + name);
    options(spec, condition);
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      if (!parameter.hidden()) {
        line(condition + values(parameter), parameter.description());
      }
    }
  }

  private void options(CommandSpec spec, String condition) {
    for (OptionSpec option : spec.options()) {
      StringBuilder names = new StringBuilder(condition);
      for (String name : option.names()) {
        names.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
      }
      line(names + (option.arity().max() > 0 ? " -r" + values(option) : ""), option.description());
    }
  }

  /** What an argument may be: some words, or a file where it is one. */
  private static String values(ArgSpec argument) {
    Iterable<String> candidates = argument.completionCandidates();
    if (candidates != null) {
      return " -a "
          + quoted(
              String.join(" ", StreamSupport.stream(candidates.spliterator(), false).toList()));
    }
    return namesFile(argument.paramLabel()) ? " -F" : "";
  }

  private static boolean namesFile(String label) {
    String words = label.toUpperCase(Locale.ROOT);
    return words.contains("FILE") || words.contains("DIR") || words.startsWith("HOST[");
  }

  private String is(String condition) {
    return " -n " + quoted("__" + program + "_" + condition);
  }

  private void line(String what, String[] description) {
    script
        .append("complete -c ")
        .append(program)
        .append(what)
        .append(description.length == 0 ? "" : " -d " + quoted(firstSentence(description[0])))
        .append('\n');
  }

  static String firstSentence(String text) {
    return text.split("\\.(?: |$)", 2)[0];
  }

  /** Between single quotes fish takes all but these two characters as they are. */
  static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
