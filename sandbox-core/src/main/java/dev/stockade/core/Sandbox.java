package dev.stockade.core;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.host.HostReport;
import dev.stockade.core.linux.Source;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.CannotExecuteException;
import dev.stockade.core.run.JobOrder;
import dev.stockade.core.run.JobOutcome;
import dev.stockade.core.run.SandboxHost;
import dev.stockade.core.run.SlotPool;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Runs programs under one policy, each in fresh namespaces, with its own cgroup and behind a
 * filter.
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.open(Policies.named("default"))) {
 *   RunResult result = sandbox.run(RunRequest.command("echo", "hello").build());
 * }
 * }</pre>
 *
 * <p>Thread-safe: as many runs go on at one time as there are slots; further callers wait. A
 * program that cannot be started is an {@link InvalidRequestException}, a fault of the host or of
 * Stockade a {@link SandboxException}; everything that a program did is a {@link RunResult}.
 */
public final class Sandbox implements AutoCloseable {
  private final Policy policy;
  private final SlotPool pool;

  private Sandbox(Policy policy, SlotPool pool) {
    this.policy = policy;
    this.pool = pool;
  }

  /** Opens a sandbox with {@linkplain SandboxOptions#defaults() default options}. */
  public static Sandbox open(Policy policy) {
    return open(policy, SandboxOptions.defaults());
  }

  /**
   * Opens a sandbox and prepares its first slot for a run, also with no spares.
   *
   * @throws HostUnsupportedException when this host cannot give what the policy names, unless the
   *     policy says {@code degraded: allow}
   * @throws SandboxException when a step of the set-up fails; the message names call and step
   */
  public static Sandbox open(Policy policy, SandboxOptions options) {
    return open(
        policy,
        SandboxHost.shared()
            .open(policy, options.slots(), options.spares(), options.pinned(), options.terminal()));
  }

  /** Takes over a pool and prepares its first slot for a run. */
  static Sandbox open(Policy policy, SlotPool pool) {
    try {
      pool.warmUp();
      return new Sandbox(policy, pool);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /**
   * Begins to load the native libraries that sandboxes need, and returns at once: a tenth of a
   * second, in which a program can read its arguments and its policy. Nobody has to call it; a
   * library that is not there is told by {@link #open}, as ever.
   */
  public static void loadLibraries() {
    SandboxHost.loadLibraries();
  }

  /**
   * Has something done when this process ends, while sandboxes still work: to drain a queue, say.
   * When it has returned, runs that go on are cancelled and every sandbox is closed.
   */
  public static void beforeProcessEnds(Runnable action) {
    SandboxHost.shared().beforeEnd(action);
  }

  public Policy policy() {
    return policy;
  }

  /** Protections and limits that the policy names and this host cannot give. */
  public List<String> degraded() {
    return pool.degraded();
  }

  /** Slots that are ready for a run or in one: as many as ever ran side by side. */
  public int slots() {
    return pool.made();
  }

  /** Cgroups that all sandboxes of this process have in use, or keep for the next run. */
  public static int openLeases() {
    return SandboxHost.shared().openLeases();
  }

  /**
   * What this host gives to the sandboxes of this process, as {@code stockade doctor} tells it: the
   * cgroups are those that they have.
   */
  public static HostReport host() {
    try {
      return HostReport.probe(SandboxHost.shared().cgroups());
    } catch (HostUnsupportedException noLibrary) {
      return HostReport.probe(); // without libseccomp nothing runs, and no cgroup is in use
    }
  }

  /** Runs a program and waits for its end, at most the wall-time limit and a little more. */
  public RunResult run(RunRequest request) {
    return run(request, new Cancellation());
  }

  /**
   * Runs a program and waits for its end.
   *
   * @throws InvalidRequestException when the request cannot be run as it stands
   * @throws CancellationException when the run was cancelled before its end
   */
  public RunResult run(RunRequest request, Cancellation cancellation) {
    Limits limits = policy.limits().with(request.limits());
    limits.checkWithin(policy.ceilings());
    JobOrder order = order(policy, request, limits);
    LiveRun live = request.attendant();
    if (pool.hasTerminals() != (live != null && live.hasTerminal())) {
      throw new IllegalArgumentException(
          pool.hasTerminals()
              ? "every run of this sandbox has a terminal and somebody who attends it"
              : "this sandbox has no terminals");
    }
    if (cancellation.isCancelled()) {
      throw new CancellationException("cancelled before it started");
    }
    try {
      JobOutcome outcome = pool.run(order, cancellation::whenCancelled);
      if (outcome.killedFor() == JobOutcome.KilledFor.CANCELLED) {
        throw new CancellationException("cancelled while it ran");
      }
      return Judge.judge(outcome, limits, pool.degraded());
    } catch (CannotExecuteException e) {
      throw new InvalidRequestException("command", e.reason());
    } finally {
      cancellation.over();
      if (order.attendance() != null) {
        order.attendance().over();
      }
    }
  }

  /** A request as runs take it: everything checked and resolved. */
  static JobOrder order(Policy policy, RunRequest request, Limits limits) {
    for (int i = 0; i < request.command().size(); i++) {
      for (byte b : request.command().get(i)) {
        if (b == 0) {
          throw new InvalidRequestException("command[" + i + "]", "has a NUL byte");
        }
      }
    }
    if (request.command().get(0).length == 0) {
      throw new InvalidRequestException("command[0]", "is empty");
    }
    List<JobOrder.InputFile> files = new ArrayList<>();
    request
        .files()
        .forEach(
            (name, file) -> {
              WorkspaceNames.check("files." + name, name);
              files.add(
                  new JobOrder.InputFile(
                      name,
                      source("files." + name, file.content()),
                      file.executable() ? 0755 : 0644));
            });
    request.outputFiles().forEach(name -> WorkspaceNames.check("outputFiles", name));
    LiveRun live = request.attendant();
    if (live != null && !isNothing(request.stdin())) {
      throw new InvalidRequestException("stdin", "is what those who attend the run write");
    }
    return new JobOrder(
        request.command(),
        environment(policy, request),
        source("stdin", request.stdin()),
        files,
        request.outputFiles(),
        limits,
        request.stdoutTo(),
        request.stderrTo(),
        live == null ? null : live.attendance());
  }

  /** Whether it is certain that there are no bytes. */
  static boolean isNothing(Content content) {
    return content instanceof Content.InMemory inMemory && inMemory.bytes().length == 0;
  }

  private static Source source(String field, Content content) {
    if (content instanceof Content.InFile file) {
      if (!Files.isRegularFile(file.path())) {
        throw new InvalidRequestException(field, "is not a regular file of the host");
      }
      return new Source.OfFile(file.path().toString());
    }
    return new Source.OfBytes(((Content.InMemory) content).bytes());
  }

  private static Map<String, String> environment(Policy policy, RunRequest request) {
    Map<String, String> environment = new LinkedHashMap<>(policy.environment());
    request
        .environment()
        .forEach(
            (name, value) -> {
              if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                throw new InvalidRequestException(
                    "environment", "a name is not empty and has no '=' or NUL");
              }
              if (value.indexOf('\0') >= 0) {
                throw new InvalidRequestException("environment." + name, "has a NUL character");
              }
              environment.put(name, value);
            });
    return environment;
  }

  SlotPool pool() {
    return pool;
  }

  /** Waits for runs that go on, then ends every process of this sandbox. */
  @Override
  public void close() {
    pool.close();
  }
}
