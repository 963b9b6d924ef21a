package dev.stockade.core.run;

import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Room for one job at a time: a zygote, and the init that is prepared for the next job. */
final class Slot {
  private final SandboxHost host;
  private final Policy policy;
  private final HostFacts facts;
  private final Supplier<BpfProgram> filter;
  private final boolean keepsSpare;
  private final boolean pinned;
  private final boolean terminal;
  private final Alteration alteration;
  private final Identities.Lease identity;
  private final @Nullable Link link;
  private @Nullable Zygote zygote;
  private @Nullable Future<PreparedInit> spare;
  private @Nullable Future<?> ending;

  Slot(
      SandboxHost host,
      Policy policy,
      HostFacts facts,
      Supplier<BpfProgram> filter,
      boolean keepsSpare,
      boolean pinned,
      boolean terminal,
      Alteration alteration) {
    this(
        host,
        policy,
        facts,
        filter,
        keepsSpare,
        pinned,
        terminal,
        alteration,
        host.identities().lease(),
        null);
  }

  /**
   * @param identity given back when the slot is closed
   * @param link whose network namespace its jobs are in; {@code null}: they have their own
   */
  Slot(
      SandboxHost host,
      Policy policy,
      HostFacts facts,
      Supplier<BpfProgram> filter,
      boolean keepsSpare,
      boolean pinned,
      boolean terminal,
      Alteration alteration,
      Identities.Lease identity,
      @Nullable Link link) {
    this.host = host;
    this.policy = policy;
    this.facts = facts;
    this.filter = filter;
    this.keepsSpare = keepsSpare;
    this.pinned = pinned;
    this.terminal = terminal;
    this.alteration = alteration;
    this.identity = identity;
    this.link = link;
  }

  /**
   * Runs one job.
   *
   * @param talk its end of a conversation; {@code null}: it has none
   * @param started learns of the supervisor before the program starts, for cancelling
   */
  JobOutcome run(JobOrder order, Conversation.@Nullable End talk, Consumer<Supervisor> started) {
    PreparedInit init = take();
    try {
      JobOutcome outcome =
          pinned ? runPinned(init, order, talk, started) : run(init, order, talk, started);
      end(init);
      return outcome;
    } catch (RuntimeException e) {
      init.close();
      throw e;
    }
  }

  private JobOutcome runPinned(
      PreparedInit init,
      JobOrder order,
      Conversation.@Nullable End talk,
      Consumer<Supervisor> started) {
    int processor = host.processors().take();
    try {
      init.pinTo(processor);
      return run(init, order, talk, started);
    } finally {
      host.processors().giveBack(processor);
    }
  }

  private JobOutcome run(
      PreparedInit init,
      JobOrder order,
      Conversation.@Nullable End talk,
      Consumer<Supervisor> started) {
    WorkspaceFiles.write(init, order.files());
    JobOutcome outcome;
    try (Supervisor supervisor = new Supervisor(init, order, talk)) {
      started.accept(supervisor);
      outcome = supervisor.run();
    }
    Map<String, String> errors = new LinkedHashMap<>();
    Map<String, byte[]> files =
        WorkspaceFiles.read(init, order.outputFiles(), policy.workspace().size().bytes(), errors);
    return outcome.withFiles(files, errors);
  }

  /**
   * Gives back what a finished job had. Its caller does not wait for it: every process of the job
   * but its init is gone already.
   */
  private void end(PreparedInit init) {
    Future<?> ended = host.background().submit(init::close);
    synchronized (this) {
      ending = ended;
    }
  }

  private synchronized @Nullable Future<?> takeEnding() {
    Future<?> last = ending;
    ending = null;
    return last;
  }

  /** Waits until a job has given back what it had; throws what that threw. */
  private static void awaitEnded(@Nullable Future<?> job) {
    if (job != null) {
      try {
        Futures.await(job);
      } catch (ExecutionException e) {
        throw failure("a job could not be ended", e);
      }
    }
  }

  /**
   * The prepared init, or one made now; where spares are kept, another is prepared in the meantime.
   */
  private PreparedInit take() {
    PreparedInit init = takeSpare();
    if (init == null) {
      if (!keepsSpare) {
        awaitEnded(takeEnding());
      }
      init = makeInSpiteOfKills();
    }
    if (keepsSpare) {
      prepareSpare();
    }
    return init;
  }

  /**
   * The spare, if there is one and nobody killed it or its zygote. Any other failure is thrown: a
   * host or a plan on which spares cannot be made would otherwise only show as slow.
   */
  private @Nullable PreparedInit takeSpare() {
    try {
      return awaitSpare();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EndedFromOutsideException) {
        endZygote();
        return null;
      }
      throw failure("an init could not be prepared", e);
    }
  }

  private @Nullable PreparedInit awaitSpare() throws ExecutionException {
    Future<PreparedInit> promised;
    synchronized (this) {
      promised = spare;
      spare = null;
    }
    return promised == null ? null : Futures.await(promised);
  }

  /** Starts preparing the next job's init, on a thread of its own; the last job is ended first. */
  private synchronized void prepareSpare() {
    if (spare == null) {
      Future<?> last = takeEnding();
      spare =
          host.background()
              .submit(
                  () -> {
                    awaitEnded(last);
                    return makeInSpiteOfKills();
                  });
    }
  }

  /** Makes the spare and keeps it; throws what its making threw. */
  void warmUp() {
    prepareSpare();
    try {
      PreparedInit init = awaitSpare();
      synchronized (this) {
        spare = CompletableFuture.completedFuture(init);
      }
    } catch (ExecutionException e) {
      throw failure("an init could not be prepared", e);
    }
  }

  private static RuntimeException failure(String what, ExecutionException e) {
    return e.getCause() instanceof RuntimeException fault
        ? fault
        : new SandboxException(what, e.getCause());
  }

  /** A zygote that was killed is often noticed only now; then another makes the init. */
  private PreparedInit makeInSpiteOfKills() {
    try {
      return make();
    } catch (EndedFromOutsideException e) {
      return make();
    }
  }

  private PreparedInit make() {
    Zygote maker = zygote();
    JobCgroup cgroup = host.cgroup(policy, alteration); // a new zygote comes up meanwhile
    try {
      return maker.makeInit(cgroup);
    } catch (RuntimeException e) {
      cgroup.close();
      throw e;
    }
  }

  private synchronized Zygote zygote() {
    if (zygote != null && !zygote.isAlive()) {
      endZygote();
    }
    if (zygote == null) {
      zygote =
          Zygote.start(
              host.spawner(),
              policy,
              facts,
              filter,
              identity.identity(),
              pinned,
              terminal,
              alteration,
              link);
    }
    return zygote;
  }

  private synchronized void endZygote() {
    if (zygote != null) {
      Zygote ended = zygote;
      zygote = null;
      ended.close();
    }
  }

  /**
   * Ends the spare and the zygote, while no job is running; a run after that starts another zygote.
   */
  void renew() {
    try {
      PreparedInit left = awaitSpare();
      if (left != null) {
        left.close();
      }
    } catch (ExecutionException e) {
      // Its making failed: there is nothing to end, and a run that needs another will say why.
    } finally {
      try {
        awaitEnded(takeEnding());
      } finally {
        endZygote();
      }
    }
  }

  /** Ends the slot; no job may be running. */
  void close() {
    try {
      renew();
    } finally {
      host.identities().giveBack(identity);
    }
  }
}
