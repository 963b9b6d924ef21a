package dev.stockade.server.cli;

import dev.stockade.core.Explanation;
import dev.stockade.core.Protections;
import dev.stockade.core.RunRequest;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Timing;
import dev.stockade.core.host.HostReport;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfDisassembler;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
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
            + " the limits, the system-call filter. Nothing is run, unless --timing is given.",
    customSynopsis = "stockade explain [OPTIONS] [POLICY] [-- COMMAND [ARG...]]",
    footer = {
      "",
      "Examples:",
      "  ./stockade explain | less",
      "  ./stockade explain python --json",
      "  ./stockade explain --timing strict -- /bin/true"
    })
final class ExplainCommand implements Callable<Integer>, TakesCommand {
  private final Streams streams;
  private List<String> words = List.of("/bin/true");

  @Parameters(
      paramLabel = "POLICY",
      arity = "0..1",
      defaultValue = PolicyChoice.DEFAULT,
      completionCandidates = PolicyChoice.Shipped.class,
      description = "Name of a shipped policy, or path of a policy file. Default: default.")
  private String policyName = PolicyChoice.DEFAULT;

  @Option(names = "--json", description = "Print JSON on standard output.")
  private boolean json;

  @Option(
      names = "--story",
      description =
          "Tell instead what protects this host from the run: each sentence with the promise that it"
              + " serves and whether this host holds it.")
  private boolean story;

  @Option(names = "--bpf", description = "Also the instructions that the filter compiles to.")
  private boolean bpf;

  @Option(names = "--pin", description = "As serve --pin: runs that keep to one processor.")
  private boolean pin;

  @Option(
      names = "--terminal",
      description = "As sessions that ask for one: runs that have a terminal of their own.")
  private boolean terminal;

  @Option(
      names = "--timing",
      description =
          "Run the command again and again for some seconds, and tell what each step of each plan"
              + " costs instead.")
  private boolean timing;

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
    Policy policy = PolicyChoice.of(policyName);
    if (timing) {
      return time(policy);
    }
    Explanation explanation = Explanation.of(policy, words, options());
    if (story) {
      return tell(explanation);
    }
    PrintStream out = streams.text();
    if (json) {
      JsonObject tree = new JsonObject(explanation.tree());
      if (bpf) {
        tree.put("bpf", new JsonArray(instructions(policy)));
      }
      out.println(tree.encodePrettily());
      return 0;
    }
    out.print(explanation.text());
    if (bpf) {
      out.println("\nthe filter's instructions");
      instructions(policy).forEach(out::println);
    }
    return 0;
  }

  private int tell(Explanation explanation) {
    if (bpf) {
      throw new UsageException("explain: --story does not go with --bpf");
    }
    Protections protections = explanation.protections(HostReport.probe());
    PrintStream out = streams.text();
    if (json) {
      out.println(new JsonObject(protections.tree()).encodePrettily());
    } else {
      out.print(protections.text());
    }
    return 0;
  }

  private SandboxOptions options() {
    SandboxOptions defaults = SandboxOptions.defaults();
    return new SandboxOptions(defaults.slots(), defaults.spares(), pin, terminal);
  }

  private int time(Policy policy) {
    if (bpf || pin || terminal || story) {
      throw new UsageException(
          "explain: --timing does not go with --bpf, --pin, --terminal or --story");
    }
    List<byte[]> command = words.stream().map(ExactArguments::encode).toList();
    RunRequest request = RunRequest.commandBytes(command).build();
    Timing measured =
        WaitingLine.during(streams, "running it again and again", () -> Timing.of(policy, request));
    PrintStream out = streams.text();
    if (json) {
      out.println(new JsonObject(measured.tree()).encodePrettily());
    } else {
      out.print(measured.text());
    }
    return 0;
  }

  private static List<String> instructions(Policy policy) {
    return BpfDisassembler.disassemble(
        new SeccompCompiler().compile(policy.seccomp(), HostileAction.USER_NOTIFY));
  }
}
