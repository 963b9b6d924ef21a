package dev.stockade.server.cli;

import dev.stockade.core.Explanation;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stockade explain}. */
@Command(
    name = "explain",
    description =
        "Tell everything that would be done to run a command: each step of each plan, the mounts,"
            + " the limits, the system-call filter. Nothing is run.",
    customSynopsis = "stockade explain [OPTIONS] [POLICY] [-- COMMAND [ARG...]]")
final class ExplainCommand implements Callable<Integer>, TakesCommand {
  private final Streams streams;
  private List<String> words = List.of("/bin/true");

  @Parameters(
      paramLabel = "POLICY",
      arity = "0..1",
      defaultValue = PolicyChoice.DEFAULT,
      description = "Name of a shipped policy, or path of a policy file. Default: default.")
  private String policyName = PolicyChoice.DEFAULT;

  @Option(names = "--json", description = "Print JSON on standard output.")
  private boolean json;

  ExplainCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void take(List<String> command) {
    words = command;
  }

  @Override
  public Integer call() {
    if (words.isEmpty()) {
      throw new UsageException("explain: name a program behind --, or leave out the --");
    }
    Explanation explanation = Explanation.of(PolicyChoice.of(policyName), words);
    streams
        .text()
        .print(
            json ? new JsonObject(explanation.tree()).encodePrettily() + "\n" : explanation.text());
    return 0;
  }
}
