package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Interaction;
import dev.stockade.core.InteractionResult;
import dev.stockade.core.LinkedResult;
import dev.stockade.core.LinkedRun;
import dev.stockade.core.LiveRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.PolicyCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One open {@link Sandbox} for each policy that has been used, and one more with terminals for each
 * that has been used with one. Thread-safe.
 *
 * <p>A sandbox is opened by the first run that needs it; one that could not be opened is tried
 * again by the next.
 */
public final class Sandboxes implements AutoCloseable {
  private final PolicyCatalog policies;
  private final SandboxOptions options;
  private final SandboxOptions terminalOptions;
  private final Map<Kind, Sandbox> open = new HashMap<>();
  private final Set<Cancellation> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** What the runs of one sandbox have in common. */
  private record Kind(String policy, boolean terminal) {}

  /**
   * @param options of each sandbox, with a slot for each worker. Each has twice as many and two
   *     more, which are made when they are needed, so that no run waits: one job may run beside the
   *     workers, and a test with an interactor takes two. Those with terminals have half of that
   */
  public Sandboxes(PolicyCatalog policies, SandboxOptions options) {
    this.policies = policies;
    int runs = options.slots() + 1;
    this.options = new SandboxOptions(2 * runs, options.spares(), options.pinned());
    this.terminalOptions = new SandboxOptions(runs, options.spares(), options.pinned(), true);
  }

  /**
   * Opens the sandbox of a policy now, so that what is wrong with the host shows now.
   *
   * @throws dev.stockade.core.fault.HostUnsupportedException when it cannot give what the policy
   *     promises
   */
  public void open(String policy) {
    sandbox(policy, false);
  }

  /**
   * Runs a program under a policy of the catalog; as {@link Sandbox#run(RunRequest, Cancellation)}.
   */
  public RunResult run(String policy, RunRequest request, Cancellation cancellation) {
    LiveRun live = request.attendant();
    Sandbox sandbox = sandbox(policy, live != null && live.hasTerminal());
    running.add(cancellation);
    try {
      if (closed) {
        cancellation.cancel();
      }
      return sandbox.run(request, cancellation);
    } finally {
      running.remove(cancellation);
    }
  }

  /**
   * Runs two programs that talk with each other; as {@link Interaction#run}. The interactor has
   * {@link InteractorTime}.
   *
   * @param transcript how much is kept of what they say
   */
  public InteractionResult runBoth(
      String interactorPolicy,
      RunRequest interactor,
      String solutionPolicy,
      RunRequest solution,
      ByteSize transcript,
      Cancellation cancellation) {
    LimitOverrides limits =
        InteractorTime.limits(
            interactor.limits(),
            policy(interactorPolicy),
            solution.limits(),
            policy(solutionPolicy));
    Interaction.Party asking =
        new Interaction.Party(sandbox(interactorPolicy, false), interactor.withLimits(limits));
    Interaction.Party answering = new Interaction.Party(sandbox(solutionPolicy, false), solution);
    running.add(cancellation);
    try {
      if (closed) {
        cancellation.cancel();
      }
      return Interaction.run(asking, answering, transcript, cancellation);
    } finally {
      running.remove(cancellation);
    }
  }

  /** A linked program that is ready to run under a policy of the catalog. */
  record Linked(
      String name,
      String policy,
      RunRequest request,
      boolean isService,
      LinkedRun.@Nullable After after) {}

  /** Runs several programs in one private network; as {@link LinkedRun#run}. */
  LinkedResult runLinked(List<Linked> programs, Cancellation cancellation) {
    List<LinkedRun.Program> ready = new ArrayList<>();
    for (Linked program : programs) {
      ready.add(
          new LinkedRun.Program(
              program.name,
              sandbox(program.policy, false),
              program.request,
              program.isService,
              program.after));
    }
    running.add(cancellation);
    try {
      if (closed) {
        cancellation.cancel();
      }
      return LinkedRun.run(ready, cancellation);
    } finally {
      running.remove(cancellation);
    }
  }

  /** Slots of all sandboxes that are open. */
  public int slots() {
    synchronized (open) {
      return open.values().stream().mapToInt(Sandbox::slots).sum();
    }
  }

  private Sandbox sandbox(String name, boolean terminal) {
    synchronized (open) {
      if (closed) {
        throw new IllegalStateException("the sandboxes are closed");
      }
      Kind kind = new Kind(name, terminal);
      Sandbox sandbox = open.get(kind);
      if (sandbox == null) {
        sandbox = Sandbox.open(policy(name), terminal ? terminalOptions : options);
        open.put(kind, sandbox);
      }
      return sandbox;
    }
  }

  private Policy policy(String name) {
    return policies
        .find(name)
        .orElseThrow(() -> new IllegalStateException("there is no policy " + name));
  }

  /** Cancels what still runs, then ends every sandbox. */
  @Override
  public void close() {
    closed = true;
    running.forEach(Cancellation::cancel);
    synchronized (open) {
      open.values().forEach(Sandbox::close);
      open.clear();
    }
  }
}
