package dev.stockade.fuzz.attack;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.policy.Policy;
import dev.stockade.fuzz.Canary;
import dev.stockade.fuzz.CorpusFiles;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.selftest.Arena;
import dev.stockade.server.selftest.Attack;
import dev.stockade.server.selftest.AttackReader;
import dev.stockade.server.selftest.AttackRunner;
import dev.stockade.server.selftest.Outcome;
import dev.stockade.server.selftest.Selftest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Every attack of {@code fuzz/corpus/attacks} and of the selftest, and the runner for them.
 *
 * <pre>{@code
 * for (Attack attack : Corpus.attacks()) {
 *   Outcome outcome = Corpus.run(attack, Arena.of(name -> sandboxOf(name)));
 * }
 * }</pre>
 */
public final class Corpus {
  private static final List<Attack> ATTACKS = read();
  private static final AttackRunner RUNNER =
      new AttackRunner(Canary.shared().host(), new Compilers(), Corpus::program);
  private static final Arena ARENA =
      new Arena() {
        @Override
        public Policy policy(String name) {
          return Sandboxes.of(name).policy();
        }

        @Override
        public RunResult run(String policy, RunRequest request) {
          return sandbox(policy, request.attendant() != null).run(request);
        }
      };

  private Corpus() {}

  /** The shared sandbox of a policy whose runs have terminals, or pipes. */
  static Sandbox sandbox(String policy, boolean terminal) {
    return terminal ? Sandboxes.onTerminals(policy) : Sandboxes.of(policy);
  }

  private static List<Attack> read() {
    AttackReader reader = new AttackReader(Corpus::program);
    Selftest.readInto(reader);
    for (String file : CorpusFiles.in("attacks")) {
      reader.read("fuzz/corpus/" + file, CorpusFiles.bytes(file));
    }
    return reader.attacks();
  }

  private static Optional<String> program(String name) {
    String file = "programs/" + name;
    return CorpusFiles.exists(file)
        ? Optional.of(new String(CorpusFiles.bytes(file), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** All attacks; a name tells one from another. */
  public static List<Attack> attacks() {
    return ATTACKS;
  }

  /** The attacks of one file, such as {@code bombs}. */
  public static List<Attack> attacks(String file) {
    List<Attack> found =
        ATTACKS.stream()
            .filter(attack -> attack.place().file().endsWith("/" + file + ".yaml"))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException("no attacks in " + file);
    }
    return found;
  }

  /** Makes requests of attacks and holds results against them. */
  public static AttackRunner runner() {
    return RUNNER;
  }

  /** The sandboxes of {@link Sandboxes}. */
  public static Arena arena() {
    return ARENA;
  }

  /** Runs an attack in the shared sandboxes. The canary is the caller's to look at. */
  public static Outcome run(Attack attack) {
    return run(attack, ARENA);
  }

  /** Runs an attack in sandboxes of the caller's own. The canary is the caller's to look at. */
  public static Outcome run(Attack attack, Arena arena) {
    return RUNNER.run(attack, arena);
  }
}
