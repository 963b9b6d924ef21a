package dev.stockade.server.cli;

import dev.stockade.core.RunRequest;
import dev.stockade.core.Timing;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.bench.Bench;
import dev.stockade.server.bench.BenchFailedException;
import dev.stockade.server.bench.BenchJson;
import dev.stockade.server.bench.BenchPage;
import dev.stockade.server.bench.BenchReport;
import dev.stockade.server.bench.BenchText;
import dev.stockade.server.bench.Effort;
import dev.stockade.server.bench.Endurance;
import dev.stockade.server.bench.EnduranceReport;
import dev.stockade.server.bench.StepCost;
import dev.stockade.server.bench.Workload;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stockade bench}. */
@Command(
    name = "bench",
    description = "Measure what a run costs here: sandbox, no sandbox, and others' sandboxes.",
    customSynopsis = "stockade bench [OPTIONS] [-- COMMAND [ARG...]]",
    footer = {
      "",
      "All take turns, so that all meet the same noise. Of the others, those that are",
      "installed take part: bwrap, crun, nsjail, isolate. A COMMAND, by its absolute",
      "path, is run instead of the usual four programs; it is to exit with status 0",
      "and print nothing.",
      "",
      "Examples:",
      "  ./stockade bench --quick",
      "  ./stockade bench --html page.html",
      "  ./stockade bench --json --runs 50 -- /bin/true"
    })
final class BenchCommand implements Callable<Integer>, TakesCommand {
  /** Set by the launcher. */
  private static final String LAUNCHER = "stockade.launcher";

  /** Its server has nothing to say; a field, because loggers that nobody holds are forgotten. */
  private static final Logger SERVER_LOG = Logger.getLogger("dev.stockade.server");

  /** Warns of a host without a network interface. */
  private static final Logger NETTY_LOG = Logger.getLogger("io.netty");

  private final Streams streams;
  private @Nullable List<String> words;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description =
          "Runs of each kind with /bin/true; fewer of what takes longer. Default: 300, quick 20.")
  private @Nullable Integer runs;

  @Option(names = "--quick", description = "Some seconds instead of minutes; rough figures.")
  private boolean quick;

  @Option(
      names = "--endurance",
      paramLabel = "N",
      description =
          "Instead of all that: N runs in one sandbox, the first beside the last, and what grew.")
  private @Nullable Integer endurance;

  @Option(
      names = "--policy",
      paramLabel = "P",
      defaultValue = PolicyChoice.DEFAULT,
      completionCandidates = PolicyChoice.Shipped.class,
      description = "Policy of the sandbox. Default: ${DEFAULT-VALUE}.")
  private String policyName = PolicyChoice.DEFAULT;

  @Option(
      names = "--go-judge",
      paramLabel = "URL",
      description = "Address of a go-judge that runs, as in http://127.0.0.1:5050.")
  private @Nullable URI goJudge;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a page with plots as well.")
  private @Nullable String html;

  @Option(names = "--json", description = "Print JSON on standard output.")
  private boolean json;

  BenchCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void take(List<String> command) {
    words = command;
  }

  @Override
  public Integer call() throws IOException {
    if (endurance != null) {
      return endure(endurance);
    }
    Effort effort = effort();
    Workload command = command();
    URI judge = goJudge;
    if (judge != null && (judge.getHost() == null || !"http".equals(judge.getScheme()))) {
      throw new UsageException("--go-judge: write it as in http://127.0.0.1:5050");
    }
    Path page = html == null ? null : HostPath.of("--html", html);
    BenchReport report = measure(PolicyChoice.of(policyName), effort, command);
    if (page != null) {
      write(page, BenchPage.of(report));
    }
    streams
        .text()
        .print(json ? BenchJson.of(report).encodePrettily() + "\n" : BenchText.of(report));
    return 0;
  }

  private int endure(int number) throws IOException {
    if (number < Endurance.LEAST_RUNS) {
      throw new UsageException("--endurance: at least " + Endurance.LEAST_RUNS);
    }
    if (runs != null || quick || goJudge != null || html != null) {
      throw new UsageException("--endurance goes with --policy and --json only");
    }
    Workload command = command();
    EnduranceReport report;
    try (ProgressBar bar = new ProgressBar(streams)) {
      report = new Endurance(PolicyChoice.of(policyName), number, bar::show).run(command);
    } catch (BenchFailedException e) {
      throw new UnavailableException("bench: " + e.getMessage());
    }
    streams.text().print(json ? report.json().encodePrettily() + "\n" : report.text());
    return 0;
  }

  private BenchReport measure(Policy policy, Effort effort, @Nullable Workload command)
      throws IOException {
    SERVER_LOG.setLevel(Level.WARNING);
    NETTY_LOG.setLevel(Level.SEVERE);
    String launcher = System.getProperty(LAUNCHER);
    Bench.Surroundings surroundings =
        new Bench.Surroundings(
            goJudge, launcher == null ? null : Path.of(launcher), () -> steps(policy, command));
    try (ProgressBar bar = new ProgressBar(streams)) {
      return new Bench(policy, effort, surroundings, bar::show).run(command);
    } catch (BenchFailedException e) {
      throw new UnavailableException("bench: " + e.getMessage());
    }
  }

  private static List<StepCost> steps(Policy policy, @Nullable Workload command) {
    RunRequest.Builder request =
        command == null
            ? RunRequest.command("/bin/true")
            : RunRequest.commandBytes(command.bytes());
    return StepCost.of(Timing.of(policy, request.build()));
  }

  private Effort effort() {
    int number = runs == null ? quick ? Effort.QUICK_RUNS : Effort.RUNS : runs;
    if (number < Effort.LEAST_RUNS) {
      throw new UsageException("--runs: at least " + Effort.LEAST_RUNS);
    }
    return quick ? Effort.quick(number) : Effort.whole(number);
  }

  private @Nullable Workload command() {
    if (words == null) {
      return null;
    }
    if (words.isEmpty() || !words.get(0).startsWith("/")) {
      throw new UsageException("bench: name the command by its absolute path");
    }
    return Bench.command(words.stream().map(ExactArguments::encode).toList(), words);
  }

  private static void write(Path file, String page) {
    try {
      Files.write(file, page.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UnavailableException("--html: " + file + " cannot be written: " + e.getMessage());
    }
  }
}
