package dev.stockade.server.selftest;

import dev.stockade.core.LiveRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.PolicyException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns attacks into requests, runs them, and says whether the sandbox withstood. */
public final class AttackRunner {
  private static final String ATTEMPTS = "attempts.py";
  private static final List<String> PATH = List.of("/usr/local/bin", "/usr/bin", "/bin");

  private final Placeholders placeholders;
  private final String mark;
  private final Toolbox toolbox;
  private final AttackReader.Programs companions;

  /**
   * @param canary whose values stand for the placeholders
   * @param companions where C programs that lie beside others are found
   */
  public AttackRunner(Canary canary, Toolbox toolbox, AttackReader.Programs companions) {
    this(canary.placeholders(), canary.mark(), toolbox, companions);
  }

  private AttackRunner(
      Placeholders placeholders, String mark, Toolbox toolbox, AttackReader.Programs companions) {
    this.placeholders = placeholders;
    this.mark = mark;
    this.toolbox = toolbox;
    this.companions = companions;
  }

  /** A runner for attacks that have nothing of the host in them. */
  static AttackRunner withoutCanary() {
    return new AttackRunner(
        new Placeholders(Map.of()), "stockade", Toolbox.NONE, name -> Optional.empty());
  }

  /** Runs an attack; the canaries are the caller's to look at. */
  public Outcome run(Attack attack, Arena arena) {
    RunRequest request;
    try {
      request = request(attack);
    } catch (NotTestableException e) {
      return new Outcome(
          Outcome.Status.NOT_TESTABLE, List.of(String.valueOf(e.getMessage())), null);
    }
    String refused = attack.wanted().refused();
    try {
      RunResult result = arena.run(attack.policy(), request);
      return Outcome.of(faults(attack, result, arena), result);
    } catch (PolicyException e) { // its file lies elsewhere each time
      return Outcome.of(refusal(e.problem(), refused), null);
    } catch (InvalidRequestException | HostUnsupportedException e) {
      return Outcome.of(refusal(String.valueOf(e.getMessage()), refused), null);
    } catch (SandboxException e) {
      return Outcome.of(List.of("fault of the sandbox: " + e.getMessage()), null);
    }
  }

  private List<String> refusal(String message, @Nullable String wanted) {
    if (wanted == null) {
      return List.of("was refused: " + message);
    }
    String filled = placeholders.fill(wanted);
    return message.equals(filled)
        ? List.of()
        : List.of("was refused with \"" + message + "\", not with \"" + filled + "\"");
  }

  /** Everything about a result that is not as the attack wants it. */
  public List<String> faults(Attack attack, RunResult result, Arena arena) {
    return new Verification(attack, placeholders)
        .faults(result, arena.policy(attack.policy()).limits().with(attack.limits()));
  }

  /**
   * The attack as a request.
   *
   * @throws NotTestableException when what it is made with is not there
   */
  public RunRequest request(Attack attack) throws NotTestableException {
    AttackProgram program = attack.program();
    RunRequest.Builder request = program(program);
    for (String companion : program.companions()) {
      String source =
          companions
              .find(companion)
              .orElseThrow(() -> new IllegalStateException("no program " + companion));
      request.executable(baseName(companion), toolbox.executable(companion, source));
    }
    attack.files().forEach((name, text) -> request.file(name, placeholders.fill(text)));
    attack
        .executables()
        .forEach(
            (name, text) ->
                request.executable(name, placeholders.fill(text).getBytes(StandardCharsets.UTF_8)));
    attack
        .environment()
        .forEach((name, text) -> request.environment(name, placeholders.fill(text)));
    attack.outputFiles().forEach(name -> request.outputFile(placeholders.fill(name)));
    RunRequest whole = request.stdin(attack.stdin()).limits(attack.limits()).build();
    return attack.terminal() ? whole.attendedBy(LiveRun.onTerminal(24, 80)) : whole;
  }

  private RunRequest.Builder program(AttackProgram program) throws NotTestableException {
    String text = placeholders.fill(program.text());
    return switch (program.language()) {
      case COMMAND ->
          RunRequest.command(program.arguments().stream().map(placeholders::fill).toList());
      case SHELL -> start(program, "sh", "-c", text);
      case PYTHON -> {
        need("python3");
        yield start(program, "python3", "-c", text).file(ATTEMPTS, attempts());
      }
      case C -> binary(program, toolbox.executable(program.name(), text));
      case JAVA -> {
        need("java");
        RunRequest.Builder request =
            start(program, "java", "-Xmx64m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", ".");
        for (Map.Entry<String, byte[]> file : toolbox.classes(program.name(), text).entrySet()) {
          request.file(file.getKey(), file.getValue());
        }
        yield request;
      }
      case MACHINE_CODE -> binary(program, MachineCode.executable(MachineCode.parse(text)));
    };
  }

  /** The mark is the program's name: its arguments are all its own. */
  private RunRequest.Builder binary(AttackProgram program, byte[] executable) {
    String name = "attacker-" + mark;
    List<String> command = new ArrayList<>(List.of("./" + name));
    program.arguments().forEach(argument -> command.add(placeholders.fill(argument)));
    return RunRequest.command(command).executable(name, executable);
  }

  private RunRequest.Builder start(AttackProgram program, String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    if (program.language() == AttackProgram.Language.JAVA) {
      command.add("Main");
    }
    program.arguments().forEach(argument -> command.add(placeholders.fill(argument)));
    command.add(mark);
    return RunRequest.command(command);
  }

  private static void need(String name) throws NotTestableException {
    if (PATH.stream().noneMatch(folder -> Files.isExecutable(Path.of(folder, name)))) {
      throw new NotTestableException(name + " in " + String.join(", ", PATH));
    }
  }

  private static String baseName(String file) {
    int dot = file.lastIndexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }

  /** What attacks in Python have in common. */
  public static byte[] attempts() {
    return SelftestResources.bytes(ATTEMPTS);
  }
}
