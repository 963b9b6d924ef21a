package dev.stockade.server.cli;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Durations;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.TypeConversionException;

/** The whole command line: finds the command, carries it out, reports what goes wrong. */
final class Cli {
  private static final String END_OF_OPTIONS = "--";
  private static final int WIDTH = 80;

  private final Streams streams;
  private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();

  Cli(Streams streams) {
    this.streams = streams;
    commands.put("run", () -> new RunCommand(streams));
    commands.put("submit", () -> new SubmitCommand(streams));
    commands.put("serve", () -> Serving.command(streams));
    commands.put("token", () -> new TokenCommand(streams));
    commands.put("doctor", () -> new DoctorCommand(streams));
    commands.put("delegate", () -> new DelegateCommand(streams));
    commands.put("selftest", () -> new SelftestCommand(streams));
    commands.put("explain", () -> new ExplainCommand(streams));
    commands.put("bench", () -> new BenchCommand(streams));
    commands.put("completion", () -> new CompletionCommand(streams, this::whole));
  }

  /**
   * Carries out a command line.
   *
   * @param arguments as {@link ExactArguments} gives them
   * @return the exit status
   */
  int execute(List<String> arguments) {
    int end = arguments.indexOf(END_OF_OPTIONS);
    List<String> own = end < 0 ? arguments : arguments.subList(0, end);
    List<String> words = end < 0 ? null : arguments.subList(end + 1, arguments.size());
    String first = own.isEmpty() ? "" : own.get(0);
    CommandLine commandLine = commandLine(commands.containsKey(first) ? first : "");
    commandLine.setExecutionStrategy(parsed -> handOver(parsed, words));
    return commandLine.execute(own.toArray(String[]::new));
  }

  /** With every command, for those that look at the command line itself. */
  CommandLine whole() {
    return commandLine("");
  }

  /**
   * @param wanted the only command that is needed, so that the others need not be loaded; empty for
   *     all
   */
  private CommandLine commandLine(String wanted) {
    Failures failures = new Failures(streams);
    CommandLine commandLine = new CommandLine(new StockadeCommand());
    commands.forEach(
        (name, command) -> {
          if (wanted.isEmpty() || wanted.equals(name)) {
            commandLine.addSubcommand(
                new CommandLine(command.get()).addMixin("help", new HelpOption()));
          }
        });
    return commandLine
        .addSubcommand(new HelpCommand())
        .registerConverter(Duration.class, text -> convert(text, Durations::parse))
        .registerConverter(ByteSize.class, text -> convert(text, ByteSize::parse))
        .setExpandAtFiles(false)
        .setUsageHelpWidth(WIDTH)
        .setColorScheme(Help.defaultColorScheme(streams.colours() ? Ansi.ON : Ansi.OFF))
        .setOut(writer(streams.out()))
        .setErr(writer(streams.err()))
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  private static <T> T convert(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  private static int handOver(ParseResult parsed, @Nullable List<String> words) {
    CommandLine last = lastOf(parsed);
    if (words != null && !last.isUsageHelpRequested()) {
      if (!(last.getCommand() instanceof TakesCommand taker)) {
        throw new ParameterException(last, last.getCommandName() + " takes no command after --");
      }
      taker.take(words);
    }
    return new RunLast().execute(parsed);
  }

  private static CommandLine lastOf(ParseResult parsed) {
    ParseResult result = parsed;
    while (result.hasSubcommand()) {
      result = result.subcommand();
    }
    return result.commandSpec().commandLine();
  }
}
