package dev.stockade.server.cli;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  @Mixin private final InputOptions input = new InputOptions();

  @Mixin private final ReportOptions wanted = new ReportOptions();

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
    JobInput ours =
        new JobInput(
            Content.of(input.stdin(streams)),
            inputFiles(),
            input.outputFiles(),
            limits.overrides());
    RunSession session = new RunSession(streams);
    if (wanted.json()) {
      session.startWaiting("running");
    }
    FinishedJob job = program.run(ours, session, !wanted.json());
    RunReport report = new RunReport(streams, wanted.quiet());
    if (wanted.json()) {
      report.json(job, file != null);
      return 0;
    }
    Policy compiler = program.compilePolicy();
    RunLimits known =
        new RunLimits(granted, policy.ceilings(), compiler == null ? null : compiler.limits());
    return report.text(job, () -> known, session.isMidLine());
  }

  private Map<String, InputFile> inputFiles() {
    Map<String, InputFile> read = new LinkedHashMap<>();
    input.files().forEach(option -> read.put(option.name(), option.read()));
    return read;
  }
}
