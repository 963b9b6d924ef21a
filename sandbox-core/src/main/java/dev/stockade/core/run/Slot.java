package dev.stockade.core.run;

import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Room for one job at a time: a zygote, and the init that is prepared for the next job. */
final class Slot {
  private final SandboxHost host;
  private final Policy policy;
  private final HostFacts facts;
  private final BpfProgram filter;
  private final boolean keepsSpare;
  private final Identities.Lease identity;
  private @Nullable Zygote zygote;
  private @Nullable Future<PreparedInit> spare;

  Slot(SandboxHost host, Policy policy, HostFacts facts, BpfProgram filter, boolean keepsSpare) {
    this.host = host;
    this.policy = policy;
    this.facts = facts;
    this.filter = filter;
    this.keepsSpare = keepsSpare;
    this.identity = host.identities().lease();
  }

  /**
   * Runs one job.
   *
   * @param started learns of the supervisor before the program starts, for cancelling
   */
  JobOutcome run(JobOrder order, Consumer<Supervisor> started) {
    PreparedInit init = take();
    try (init) {
      WorkspaceFiles.write(init, order.files());
      Supervisor supervisor = new Supervisor(init, policy, filter, order);
      started.accept(supervisor);
      JobOutcome outcome = supervisor.run();
      Map<String, String> errors = new LinkedHashMap<>();
      Map<String, byte[]> files =
          WorkspaceFiles.read(init, order.outputFiles(), policy.workspace().size().bytes(), errors);
      return outcome.withFiles(files, errors);
    }
  }

  /** The prepared init, or one made now; another is prepared in the meantime. */
  private PreparedInit take() {
    PreparedInit init = takeSpare();
    if (init == null) {
      init = make();
    }
    if (keepsSpare) {
      prepareSpare();
    }
    return init;
  }

  private @Nullable PreparedInit takeSpare() {
    Future<PreparedInit> promised;
    synchronized (this) {
      promised = spare;
      spare = null;
    }
    if (promised == null) {
      return null;
    }
    try {
      return promised.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while an init was prepared", e);
    } catch (ExecutionException e) {
      endZygote(); // whatever was wrong with it, the init of a new zygote is tried next
      return null;
    }
  }

  /** Starts preparing the next job's init, on a thread of its own. */
  synchronized void prepareSpare() {
    if (spare == null) {
      spare = host.background().submit(this::make);
    }
  }

  /** Waits for the spare and keeps it; throws what its making threw. */
  void awaitSpare() {
    PreparedInit init = takeOrThrow();
    synchronized (this) {
      spare = java.util.concurrent.CompletableFuture.completedFuture(init);
    }
  }

  private PreparedInit takeOrThrow() {
    Future<PreparedInit> promised;
    synchronized (this) {
      promised = spare;
      spare = null;
    }
    try {
      return promised == null ? make() : promised.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while an init was prepared", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new SandboxException("an init could not be prepared", e.getCause());
    }
  }

  private PreparedInit make() {
    JobCgroup cgroup = host.cgroup();
    try {
      return zygote().makeInit(cgroup);
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
      zygote = Zygote.start(host.spawner(), policy, facts, identity.identity());
    }
    return zygote;
  }

  private synchronized void endZygote() {
    if (zygote != null) {
      zygote.close();
      zygote = null;
    }
  }

  /** Ends the spare and the zygote; no job may be running. */
  void close() {
    PreparedInit left = takeSpare();
    if (left != null) {
      left.close();
    }
    endZygote();
    host.identities().giveBack(identity);
  }

  /** Ends the zygote after it or one of its inits was killed; the next run starts another. */
  void renew() {
    PreparedInit left = takeSpare();
    if (left != null) {
      left.close();
    }
    endZygote();
  }
}
