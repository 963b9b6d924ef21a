package dev.stockade.core.run;

import dev.stockade.core.cgroup.CgroupController;
import dev.stockade.core.cgroup.CgroupSearch;
import dev.stockade.core.cgroup.Cgroups;
import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all sandboxes of this process share: the spawner, the delegated cgroups, the host ids, the
 * filter compiler. Made at first use; its cgroups are removed when the process ends.
 */
public final class SandboxHost {
  private static @Nullable SandboxHost shared;

  private final ZygoteSpawner spawner = new ZygoteSpawner();
  private final Identities identities = new Identities();
  private final Processors processors = new Processors();
  private final SeccompCompiler seccomp = new SeccompCompiler();
  private final CgroupSearch cgroups = Cgroups.find();
  private final Set<SlotPool> pools = ConcurrentHashMap.newKeySet();
  private final List<Runnable> beforeEnd = new CopyOnWriteArrayList<>();
  private final ExecutorService background =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "stockade-spares");
            thread.setDaemon(true);
            return thread;
          });

  private SandboxHost() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "stockade-end"));
  }

  /**
   * Begins to load the native libraries, on a thread of its own. What cannot be loaded is told to
   * whoever needs it.
   */
  public static void loadLibraries() {
    Thread thread =
        new Thread(
            () -> {
              Sys.pid();
              new SeccompCompiler();
            },
            "stockade-libraries");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((itself, failure) -> {});
    thread.start();
  }

  public static synchronized SandboxHost shared() {
    if (shared == null) {
      shared = new SandboxHost();
    }
    return shared;
  }

  /**
   * Opens a pool for a policy.
   *
   * @param pinned whether each run keeps to one processor
   * @throws HostUnsupportedException when the host lacks what the policy names and the policy does
   *     not accept that
   */
  public SlotPool open(Policy policy, int slots, int spares, boolean pinned, boolean terminal) {
    return open(policy, slots, spares, pinned, terminal, Alteration.NONE);
  }

  /**
   * Opens a pool whose sandboxes are altered. Its filter is compiled while a zygote comes up, which
   * has no use for it: it is needed when the first init is made.
   */
  SlotPool open(
      Policy policy,
      int slots,
      int spares,
      boolean pinned,
      boolean terminal,
      Alteration alteration) {
    List<String> degraded = missing(policy);
    Supplier<BpfProgram> filter = filter(policy.alone(), pinned, alteration);
    if (alteration == Alteration.NONE) { // what an altering test sees comes one after the other
      Future<?> unused = background.submit(filter::get); // a failure shows where it is needed
    }
    SlotPool pool =
        new SlotPool(
            this,
            policy,
            filter,
            policy.network() == Policy.Network.NONE
                ? null
                : filter(policy.inLink(), pinned, alteration),
            slots,
            spares,
            pinned,
            terminal,
            degraded,
            alteration);
    pools.add(pool);
    return pool;
  }

  private Supplier<BpfProgram> filter(Policy policy, boolean pinned, Alteration alteration) {
    return new Once<>(
        () ->
            alteration.filter(
                seccomp.compile(
                    alteration.rules(FilterRules.of(policy, pinned)), HostileAction.USER_NOTIFY)));
  }

  private List<String> missing(Policy policy) {
    List<String> degraded = new ArrayList<>();
    if (cgroups instanceof CgroupSearch.Missing none) {
      if (policy.degraded() == Policy.Degraded.REFUSE) {
        throw new HostUnsupportedException("cgroup limits", none.reason(), none.fix());
      }
      for (CgroupController.Capability capability : CgroupController.Capability.values()) {
        degraded.add(name(capability) + ": " + none.reason());
      }
    } else if (cgroups instanceof CgroupSearch.Found found) {
      for (CgroupController.Capability capability : CgroupController.Capability.values()) {
        if (!found.controller().capabilities().contains(capability)) {
          String reason = "not among what " + found.controller().description() + " offers";
          if (policy.degraded() == Policy.Degraded.REFUSE) {
            throw new HostUnsupportedException(
                name(capability), reason, "run ./stockade doctor for the exact reason and command");
          }
          degraded.add(name(capability) + ": " + reason);
        }
      }
    }
    return degraded;
  }

  private static String name(CgroupController.Capability capability) {
    return switch (capability) {
      case MEMORY -> "memory limit";
      case SWAP -> "swap limit";
      case PIDS -> "pids limit";
      case CPU_RATE -> "CPU rate limit";
      case CPU_ACCOUNTING -> "CPU time limit";
    };
  }

  ZygoteSpawner spawner() {
    return spawner;
  }

  Identities identities() {
    return identities;
  }

  Processors processors() {
    return processors;
  }

  ExecutorService background() {
    return background;
  }

  JobCgroup cgroup(Policy policy, Alteration alteration) {
    boolean hasNetwork = policy.network() != Policy.Network.NONE;
    if (cgroups instanceof CgroupSearch.Found found) {
      return new JobCgroup(
          alteration.lease(found.controller().lease()),
          found.controller().capabilities().contains(CgroupController.Capability.CPU_ACCOUNTING),
          hasNetwork);
    }
    return new JobCgroup(null, false, hasNetwork);
  }

  /** Cgroups of this process that are in use, or kept for the next run. */
  public int openLeases() {
    return cgroups instanceof CgroupSearch.Found found ? found.controller().openLeases() : 0;
  }

  /** The cgroups of this process's sandboxes, or why there are none. */
  public CgroupSearch cgroups() {
    return cgroups;
  }

  void closed(SlotPool pool) {
    pools.remove(pool);
  }

  /**
   * Has something done when the process ends, before the runs that still go on are ended: JVM
   * shutdown hooks run all at once, so a drain in a hook of its own would find its sandboxes
   * closed.
   */
  public void beforeEnd(Runnable action) {
    beforeEnd.add(action);
  }

  private void end() {
    beforeEnd.forEach(Runnable::run);
    pools.forEach(SlotPool::end);
    if (cgroups instanceof CgroupSearch.Found found) {
      found.controller().close();
    }
  }
}
