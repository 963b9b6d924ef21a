package dev.stockade.server.cli;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.RunResult;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.api.ResultJson;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobInput;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stockade run}. */
@Command(
    name = "run",
    description = "Compile and run a source file, or run any program, in a sandbox.",
    customSynopsis = {
      "stockade run [OPTIONS] FILE [-- ARG...]",
      "       stockade run [OPTIONS] -- COMMAND [ARG...]"
    },
    footer = {
      "",
      "The program's stdout and stderr pass through byte for byte; a summary line",
      "follows on stderr. Output files are written to the current folder.",
      "",
      "Exit status: the program's own; 128+N when signal N ended it; 125 when a limit",
      "or the system-call filter did; 64 wrong usage; 69 this host cannot do it (see",
      "stockade doctor); 70 a fault of Stockade. With --json 0 whenever there is a",
      "verdict.",
      "",
      "Examples:",
      "  ./stockade run solution.cpp < input.txt",
      "  ./stockade run --memory 64MiB --cpu-time 2s solution.py -- --verbose",
      "  ./stockade run --file data.csv --output-file plot.svg -- gnuplot plot.gp",
      "  ./stockade run --json -- ls -l /"
    })
final class RunCommand implements Callable<Integer>, TakesCommand {
  private final Streams streams;
  private @Nullable List<String> words;

  @Option(
      names = "--policy",
      paramLabel = "P",
      completionCandidates = PolicyChoice.Shipped.class,
      description =
          "For a command: name of a shipped policy, or path of a policy file. Default: default.")
  private @Nullable String policyName;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "A source file, compiled if need be and run. Its ending tells the language.")
  private @Nullable String file;

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
  public void take(List<String> rest) {
    words = rest;
  }

  @Override
  public Integer call() {
    if (file != null) {
      if (policyName != null) {
        throw new UsageException("--policy is for commands: a language has policies of its own");
      }
      try (SourceProgram program = new SourceProgram(file, words == null ? List.of() : words)) {
        return run(program);
      }
    }
    if (words == null || words.isEmpty()) {
      throw new UsageException(
          "run: name a source file or a program: stockade run FILE, stockade run -- COMMAND ARG");
    }
    return run(
        new CommandProgram(
            PolicyChoice.of(policyName == null ? PolicyChoice.DEFAULT : policyName), words));
  }

  private int run(Program program) {
    Policy policy = program.policy();
    Limits granted = policy.limits().with(limits.overrides());
    granted.checkWithin(policy.ceilings());
    JobInput input =
        new JobInput(Content.of(stdin()), inputFiles(), outputFiles, limits.overrides());
    RunSession session = new RunSession(streams);
    if (json) {
      session.startWaiting("running");
    }
    FinishedJob job = program.run(input, session, !json);
    if (json) {
      streams.text().println(toJson(job).encode());
      return 0;
    }
    RunResult result = job.result();
    if (result == null) {
      return notCompiled(Objects.requireNonNull(job.compile()), program.compilePolicy());
    }
    bringBack(result);
    if (!quiet) {
      summarize(session, Summary.of(result, granted, policy.ceilings()));
    }
    return ExitCode.of(result);
  }

  /** The result object, of a source file with its {@code compile}, which may be all there is. */
  private JsonObject toJson(FinishedJob job) {
    RunResult compile = job.compile();
    JsonObject json =
        job.result() == null ? new JsonObject().putNull("verdict") : ResultJson.of(job.result());
    return file == null
        ? json
        : json.put("compile", compile == null ? null : ResultJson.of(compile));
  }

  /** What the compiler said, and how it ended. */
  private int notCompiled(RunResult compile, @Nullable Policy policy) {
    try {
      streams.err().write(compile.stdout().bytes());
      streams.err().write(compile.stderr().bytes());
    } catch (IOException e) {
      throw new UnavailableException("standard error cannot be written: " + e.getMessage());
    }
    if (!quiet && policy != null) {
      Limits limits = policy.limits();
      streams.messages().println("not compiled: " + Summary.of(compile, limits, limits));
    }
    return ExitCode.of(compile);
  }

  private Map<String, InputFile> inputFiles() {
    Map<String, InputFile> read = new LinkedHashMap<>();
    for (String text : files) {
      InputFileOption option = InputFileOption.parse(text);
      if (read.put(option.name(), option.read()) != null) {
        throw new UsageException("--file: the name " + option.name() + " is given twice");
      }
    }
    return read;
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
