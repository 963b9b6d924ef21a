package dev.stockade.fuzz;

import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.testing.Needs;
import dev.stockade.server.selftest.Selftest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The sandboxes that are attacked, one for each policy, open until the end of the JVM.
 *
 * <p>A name is that of a shipped policy, of a file in {@code fuzz/corpus/policies}, or one that the
 * selftest has, such as {@link #CANARY}. Each has a single slot, so that attacks follow each other
 * in one zygote.
 */
public final class Sandboxes {
  /** The default policy that also shows the canary's folder, which everybody may write to. */
  public static final String CANARY = "canary";

  private static final Map<String, Sandbox> OPEN = new HashMap<>();
  private static final Map<String, Sandbox> ON_TERMINALS = new HashMap<>();

  private Sandboxes() {}

  /** Skips, with the reason, where the default policy cannot run undegraded. */
  public static void needDefaultPolicy() {
    Needs.feature("everything that the default policy names", whyNot());
  }

  private static Optional<String> whyNot() {
    try {
      of("default");
      return Optional.empty();
    } catch (HostUnsupportedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  public static synchronized Sandbox of(String name) {
    return OPEN.computeIfAbsent(name, any -> Sandbox.open(policy(any), new SandboxOptions(1, 1)));
  }

  /** The same for runs on terminals. */
  public static synchronized Sandbox onTerminals(String name) {
    return ON_TERMINALS.computeIfAbsent(
        name, any -> Sandbox.open(policy(any), new SandboxOptions(1, 1, false, true)));
  }

  /** A sandbox of the caller's own, for as many runs at one time. */
  public static Sandbox open(String name, int slots) {
    return Sandbox.open(policy(name), new SandboxOptions(slots, 1));
  }

  public static Policy policy(String name) {
    String stored = "policies/" + name + ".yaml";
    if (!CorpusFiles.exists(stored)) {
      return Selftest.policy(name, Canary.shared().host());
    }
    byte[] text = CorpusFiles.bytes(stored);
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
