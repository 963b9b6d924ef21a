package dev.stockade.server.cli;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.api.ResultJson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stockade run}. */
@Command(
    name = "run",
    description = "Run a program in a sandbox.",
    customSynopsis = "stockade run [OPTIONS] -- COMMAND [ARG...]",
    footer = {
      "",
      "The program's stdout and stderr pass through byte for byte; a summary line",
      "follows on stderr. Output files are written to the current folder.",
      "",
      "Exit status: the program's own; 128+N when signal N ended it; 125 when a limit",
      "or the system-call filter did; 64 wrong usage; 69 this host cannot do it (see",
      "stockade doctor); 70 a fault of Stockade. With --json 0 whenever there is a",
      "verdict."
    })
final class RunCommand implements Callable<Integer>, TakesCommand {
  private final Streams streams;
  private List<String> words = List.of();

  @Option(
      names = "--policy",
      paramLabel = "P",
      defaultValue = PolicyChoice.DEFAULT,
      description =
          "Name of a shipped policy, or path of a policy file. Default: ${DEFAULT-VALUE}.")
  private String policyName = PolicyChoice.DEFAULT;

  @Mixin private final LimitOptions limits = new LimitOptions();

  @Option(
      names = "--stdin",
      paramLabel = "FILE",
      description = "Standard input of the program. Default: our own, up to its end.")
  private @Nullable String stdinFile;

  @Option(
      names = "--file",
      paramLabel = "HOST[=NAME]",
      description = "Put a file of the host into the workspace, under its own name or NAME.")
  private List<String> files = List.of();

  @Option(
      names = "--output-file",
      paramLabel = "NAME",
      description = "Bring a file of the workspace back when the program has ended.")
  private List<String> outputFiles = List.of();

  @Option(names = "--json", description = "Print the result as JSON on stdout, nothing else.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No summary line.")
  private boolean quiet;

  RunCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void take(List<String> command) {
    words = command;
  }

  @Override
  public Integer call() {
    if (words.isEmpty()) {
      throw new UsageException("run: name a program: stockade run [OPTIONS] -- COMMAND [ARG...]");
    }
    Policy policy = PolicyChoice.of(policyName);
    Limits granted = policy.limits().with(limits.overrides());
    granted.checkWithin(policy.ceilings());
    RunRequest.Builder request = request();
    RunSession session = new RunSession(streams);
    if (json) {
      RunResult result = session.runQuietly(policy, request);
      streams.text().println(ResultJson.of(result).encode());
      return 0;
    }
    RunResult result = session.runLoudly(policy, request);
    bringBack(result);
    if (!quiet) {
      summarize(session, Summary.of(result, granted, policy.ceilings()));
    }
    return ExitCode.of(result);
  }

  private RunRequest.Builder request() {
    List<byte[]> command = new ArrayList<>();
    words.forEach(word -> command.add(ExactArguments.encode(word)));
    RunRequest.Builder request =
        RunRequest.commandBytes(command).limits(limits.overrides()).stdin(stdin());
    for (String file : files) {
      InputFileOption.parse(file).addTo(request);
    }
    outputFiles.forEach(request::outputFile);
    return request;
  }

  private byte[] stdin() {
    if (stdinFile != null) {
      return HostPath.read("--stdin", stdinFile);
    }
    if (streams.inIsTerminal()) {
      streams.messages().println("stockade: type the program's input; Ctrl-D ends it");
    }
    try {
      return HostPath.readAll("standard input", streams.in());
    } catch (IOException e) {
      throw new UsageException("standard input cannot be read: " + e.getMessage());
    }
  }

  private void bringBack(RunResult result) {
    for (Map.Entry<String, byte[]> file : result.files().entrySet()) {
      Path path = Path.of(file.getKey());
      try {
        if (path.getParent() != null) {
          Files.createDirectories(path.getParent());
        }
        Files.write(path, file.getValue());
      } catch (IOException e) {
        throw new UnavailableException(
            "--output-file: " + path + " cannot be written here: " + e.getMessage());
      }
    }
    PrintStream messages = streams.messages();
    result
        .fileErrors()
        .forEach(
            (name, reason) -> messages.println("stockade: --output-file " + name + ": " + reason));
  }

  /** The summary is a line of its own, whatever the program wrote last. */
  private void summarize(RunSession session, String summary) {
    boolean midLine =
        session.isStderrMidLine() || (streams.outIsTerminal() && session.isStdoutMidLine());
    streams.messages().println((midLine ? "\n" : "") + summary);
  }
}
