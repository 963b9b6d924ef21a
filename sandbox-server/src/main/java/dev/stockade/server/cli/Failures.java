package dev.stockade.server.cli;

import dev.stockade.client.FieldError;
import dev.stockade.client.ProblemException;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.PolicyException;
import dev.stockade.server.CannotListenException;
import dev.stockade.server.access.TokenFileException;
import dev.stockade.server.store.StoreRefusedException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever goes wrong into a message on standard error and an exit status. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  /** Fields of a request that have another name on the command line. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "limits.cpuTime", "--cpu-time",
          "limits.wallTime", "--wall-time",
          "limits.memory", "--memory",
          "limits.pids", "--pids",
          "limits.output", "--output",
          "limits.cpus", "--cpus",
          "outputFiles", "--output-file");

  /** How picocli words a value that cannot be read; what follows is our own sentence. */
  private static final Pattern INVALID_VALUE =
      Pattern.compile("^Invalid value for option '([^']+)'(?: \\([^)]*\\))?: ");

  private final Streams streams;

  Failures(Streams streams) {
    this.streams = streams;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    say(problem(e) + meantForTheProgram(e));
    if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      nameHelp(command);
    }
    return ExitCode.USAGE;
  }

  private static String problem(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      String name = e.getCommandLine().getCommandName();
      if (e.getCommandLine().getParent() == null) {
        return "there is no " + (unmatched.isUnknownOption() ? "option " : "command ") + first;
      }
      return unmatched.isUnknownOption()
          ? name + " has no option " + first
          : first + ": one argument more than " + name + " takes";
    }
    return INVALID_VALUE.matcher(String.valueOf(e.getMessage())).replaceFirst("$1: ");
  }

  /** What to type where a stray argument may be the program's own, and is no slip of the pen. */
  private static String meantForTheProgram(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched
            && unmatched.getSuggestions().isEmpty()
            && e.getCommandLine().getCommand() instanceof TakesCommand
        ? "; the program's own arguments follow --: FILE -- " + unmatched.getUnmatched().get(0)
        : "";
  }

  private void nameHelp(CommandLine command) {
    streams.messages().println("Help: " + command.getCommandSpec().qualifiedName() + " --help");
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof ParameterException parameter) {
      return handleParseException(parameter, new String[0]);
    }
    if (e instanceof InvalidRequestException invalid) {
      say(worded(invalid));
      nameHelp(command);
      return ExitCode.USAGE;
    }
    if (e instanceof CancellationException) {
      return ExitCode.INTERRUPTED; // by a signal: the JVM is going down and has its own status
    }
    if (e instanceof BrokenOutputException) {
      return BrokenOutputException.STATUS;
    }
    if (e instanceof UsageException || e instanceof PolicyException) {
      say(String.valueOf(e.getMessage()));
      nameHelp(command);
      return ExitCode.USAGE;
    }
    if (e instanceof TokenFileException) {
      say(String.valueOf(e.getMessage()));
      return ExitCode.USAGE;
    }
    if (e instanceof HostUnsupportedException host) {
      say("this host lacks " + host.feature());
      streams.messages().println("  why   " + host.reason());
      streams.messages().println("  fix   " + host.fix());
      streams.messages().println("  more  ./stockade doctor");
      return ExitCode.UNAVAILABLE;
    }
    if (e instanceof UnavailableException
        || e instanceof CannotListenException
        || e instanceof StoreRefusedException) {
      say(String.valueOf(e.getMessage()));
      return ExitCode.UNAVAILABLE;
    }
    if (e instanceof ProblemException problem) {
      return refused(problem);
    }
    if (e instanceof SandboxException) {
      say("fault of the sandbox, not of the program: " + e.getMessage());
      return ExitCode.INTERNAL;
    }
    say("unexpected fault of Stockade; please report it with what follows");
    e.printStackTrace(streams.messages());
    return ExitCode.INTERNAL;
  }

  /** By a server. */
  private int refused(ProblemException e) {
    if (e.errors().isEmpty()) {
      say("the server says: " + e.title() + ": " + e.problem().detail());
    }
    for (FieldError error : e.errors()) {
      say(worded(new InvalidRequestException(error.field(), error.message())));
    }
    return switch (e.status()) {
      case 429, 503 -> ExitCode.UNAVAILABLE;
      case 401 -> {
        streams.messages().println("  fix   --token-file FILE, or the variable STOCKADE_TOKEN");
        yield ExitCode.USAGE;
      }
      default -> e.status() >= 500 ? ExitCode.INTERNAL : ExitCode.USAGE;
    };
  }

  /** In the words of the command line rather than of the request. */
  static String worded(InvalidRequestException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = e.field() + ": ";
    String problem = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    String file = "files.";
    return e.field().startsWith(file)
        ? "--file: the name " + e.field().substring(file.length()) + " " + problem
        : OPTIONS.getOrDefault(e.field(), e.field()) + ": " + problem;
  }

  private void say(String message) {
    streams.messages().println("stockade: " + message);
  }
}
