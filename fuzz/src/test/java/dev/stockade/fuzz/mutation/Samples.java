package dev.stockade.fuzz.mutation;

import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.util.List;
import java.util.Set;

/**
 * The policies whose sandboxes are mutated: shipped ones, with binds that every host has, so that
 * mutants have the same names everywhere.
 */
public final class Samples {
  public static final String DEFAULT = "default";
  public static final String STRICT = "strict";

  /** The calls that strict allows, and for the rest the default. */
  public static final String STRICT_CALLS = "strict calls";

  public static final String LOOPBACK = "loopback";

  /** The default, each run on one processor. */
  public static final String PINNED = "pinned";

  /** The default, each run on a terminal. */
  public static final String TERMINAL = "terminal";

  /** The default, in a linked job. Its steps are taken away by {@link LinkedStepsIT}. */
  public static final String LINKED = "linked";

  /** Enough for programs to start: links into /usr where a host has them so. */
  private static final Set<String> BINDS =
      Set.of("/usr", "/bin", "/lib", "/sbin", "/lib64", "/etc/ld.so.cache", "/etc/alternatives");

  private Samples() {}

  /** One slot without spares. */
  public static SandboxOptions options(String name) {
    return new SandboxOptions(1, 0, isPinned(name), hasTerminal(name));
  }

  private static Policy.Network network(String name, Policy.Network shipped) {
    return switch (name) {
      case LOOPBACK -> Policy.Network.LOOPBACK;
      case LINKED -> Policy.Network.LINKED;
      default -> shipped;
    };
  }

  static boolean isPinned(String name) {
    return name.equals(PINNED);
  }

  public static boolean hasTerminal(String name) {
    return name.equals(TERMINAL);
  }

  public static Policy policy(String name) {
    Policy p = Policies.named(name.equals(STRICT) ? STRICT : DEFAULT);
    List<Policy.Bind> binds =
        p.binds().stream().filter(bind -> BINDS.contains(bind.source())).toList();
    return new Policy(
        p.name(),
        p.description(),
        p.hostname(),
        p.uid(),
        p.gid(),
        binds,
        p.workspace(),
        p.tmpfs(),
        p.environment(),
        p.umask(),
        network(name, p.network()),
        p.limits(),
        p.ceilings(),
        p.rlimits(),
        name.equals(STRICT_CALLS) ? Policies.named(STRICT).seccomp() : p.seccomp(),
        p.degraded());
  }
}
