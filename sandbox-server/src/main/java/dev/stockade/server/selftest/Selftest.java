package dev.stockade.server.selftest;

import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The quick part of the corpus on this very host, under the default policy. */
public final class Selftest {
  private static final String SHORTEST = "shortest.yaml";
  private static final String QUICK = "quick.yaml";
  private static final String DEFAULT = "default";
  private static final String CANARY = "canary";
  private static final String ABSENT = "absent";

  /** Whoever wants to know how far it is. */
  @FunctionalInterface
  public interface Progress {
    void next(int done, int all, Attack attack);
  }

  private Selftest() {}

  /** Adds the attacks of the selftest to what a reader has read. */
  public static void readInto(AttackReader reader) {
    readInto(reader, SHORTEST);
    readInto(reader, QUICK);
  }

  private static void readInto(AttackReader reader, String file) {
    reader.read("classpath:" + SelftestResources.FOLDER + file, SelftestResources.bytes(file));
  }

  /** The attacks in the order in which they are run. */
  public static List<Attack> attacks() {
    AttackReader reader = new AttackReader(name -> Optional.empty());
    readInto(reader);
    return reader.attacks();
  }

  /**
   * Runs the few attacks that readiness stands for, as jobs are run, without canaries.
   *
   * @return which promise does not hold, and why; {@code null} when all is well
   */
  public static @Nullable String whyNot(Arena arena) {
    AttackRunner runner = AttackRunner.withoutCanary();
    for (Attack attack : shortest()) {
      Outcome outcome = runner.run(attack, arena);
      if (outcome.status() != Outcome.Status.HELD) {
        return "a promise does not hold on this host: "
            + attack.promise().title()
            + " ("
            + attack.name()
            + ": "
            + outcome.reasons().get(0).lines().findFirst().orElse("")
            + "); run ./stockade selftest";
      }
    }
    return null;
  }

  /** The few that readiness stands for. */
  static List<Attack> shortest() {
    AttackReader reader = new AttackReader(name -> Optional.empty());
    readInto(reader, SHORTEST);
    return reader.attacks();
  }

  /**
   * Runs every attack, and looks at the canaries after each.
   *
   * @throws dev.stockade.core.fault.HostUnsupportedException when this host cannot run the default
   *     policy at all
   */
  public static SelftestReport run(Progress progress) {
    List<Attack> attacks = attacks();
    SelftestReport.Collector report = new SelftestReport.Collector();
    try (Canary canary = new Canary();
        Open open = new Open(canary)) {
      open.sandbox(DEFAULT);
      Arena arena = Arena.of(open::sandbox);
      AttackRunner runner = new AttackRunner(canary, Toolbox.NONE, name -> Optional.empty());
      int done = 0;
      for (Attack attack : attacks) {
        progress.next(done++, attacks.size(), attack);
        Outcome outcome = runner.run(attack, arena);
        report.add(attack, outcome, canary.harm());
      }
    }
    return report.done();
  }

  /** The sandboxes of one selftest: one slot each, so that attacks follow each other in it. */
  private static final class Open implements AutoCloseable {
    private final Canary canary;
    private final Map<String, Sandbox> sandboxes = new HashMap<>();

    Open(Canary canary) {
      this.canary = canary;
    }

    Sandbox sandbox(String name) {
      Sandbox known = sandboxes.get(name);
      if (known == null) {
        known = Sandbox.open(policy(name, canary), new SandboxOptions(1, 1));
        sandboxes.put(name, known);
      }
      return known;
    }

    @Override
    public void close() {
      sandboxes.values().forEach(Sandbox::close);
    }
  }

  /** A shipped policy, or one of the two that only attacks have. */
  public static Policy policy(String name, Canary canary) {
    return switch (name) {
      case CANARY -> load(name, canary.policy().getBytes(StandardCharsets.UTF_8));
      case ABSENT -> load(name, SelftestResources.bytes(name + ".yaml"));
      default -> Policies.named(name);
    };
  }

  private static Policy load(String name, byte[] text) {
    try {
      Path folder = Files.createTempDirectory("stockade-policy");
      Path file = folder.resolve(name + ".yaml");
      try {
        Files.write(file, text);
        return Policies.load(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
