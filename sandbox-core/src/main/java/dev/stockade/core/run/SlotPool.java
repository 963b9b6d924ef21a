package dev.stockade.core.run;

import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The slots of one policy; a slot is made when one more job runs than ever before. Thread-safe. */
public final class SlotPool implements AutoCloseable {
  static final int ETXTBSY_RETRIES = 50;
  private static final AtomicLong MADE = new AtomicLong();

  private final long number = MADE.incrementAndGet();
  private final SandboxHost host;
  private final Policy policy;
  private final HostFacts facts;
  private final Supplier<BpfProgram> filter;
  private final @Nullable Supplier<BpfProgram> filterInLink;
  private final boolean keepsSpares;
  private final boolean pinned;
  private final boolean terminal;
  private final List<String> degraded;
  private final Alteration alteration;
  private final int size;
  private final Semaphore free;
  private final Deque<Slot> idle = new ArrayDeque<>();
  private final List<Slot> all = new ArrayList<>();
  private final Set<Supervisor> running = ConcurrentHashMap.newKeySet();
  private int linked;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private volatile boolean ending;
  private boolean closed;

  SlotPool(
      SandboxHost host,
      Policy policy,
      Supplier<BpfProgram> filter,
      @Nullable Supplier<BpfProgram> filterInLink,
      int slots,
      int spares,
      boolean pinned,
      boolean terminal,
      List<String> degraded,
      Alteration alteration) {
    this.host = host;
    this.policy = policy;
    this.facts = HostSurvey.of(policy);
    this.filter = filter;
    this.filterInLink = filterInLink;
    this.keepsSpares = spares > 0;
    this.pinned = pinned;
    this.terminal = terminal;
    this.degraded = List.copyOf(degraded);
    this.alteration = alteration;
    this.size = slots;
    this.free = new Semaphore(slots, true);
  }

  /** What this host lacks of what the policy names. */
  public List<String> degraded() {
    return degraded;
  }

  /** Slots that have been made. */
  public int made() {
    synchronized (idle) {
      return all.size();
    }
  }

  /** Starts one slot, so that what is wrong with the host or the policy shows now. */
  public void warmUp() {
    Slot slot = acquire();
    try {
      slot.warmUp();
    } finally {
      release(slot);
    }
  }

  /**
   * Runs one job, waiting for a slot first.
   *
   * @param canceller is given the way to end the run early
   */
  public JobOutcome run(JobOrder order, Consumer<Runnable> canceller) {
    Slot slot = acquire();
    Attempt attempt = new Attempt(slot, order, canceller);
    try {
      return attempt.run();
    } catch (EndedFromOutsideException e) {
      slot.renew();
      if (attempt.hasPassedOnOutput) {
        throw e; // a listener must not hear it twice
      }
      return attempt.run();
    } finally {
      release(slot);
    }
  }

  /** A job in a slot, begun once or again. */
  private final class Attempt {
    private final Slot slot;
    private final JobOrder order;
    private final Consumer<Runnable> canceller;
    private boolean hasPassedOnOutput;

    Attempt(Slot slot, JobOrder order, Consumer<Runnable> canceller) {
      this.slot = slot;
      this.order = order;
      this.canceller = canceller;
    }

    JobOutcome run() {
      return inSpiteOfBusyText(this::runOnce);
    }

    private JobOutcome runOnce() {
      Supervisor[] supervisor = new Supervisor[1];
      try {
        return slot.run(
            order,
            null,
            made -> {
              supervisor[0] = made;
              begun(made);
              canceller.accept(made::cancel);
            });
      } finally {
        if (supervisor[0] != null) {
          over(supervisor[0]);
          hasPassedOnOutput |= supervisor[0].hasPassedOnOutput();
        }
      }
    }
  }

  /**
   * ETXTBSY: somebody spawned a process while a file was open for writing here, and the child has
   * not executed yet. Nothing of the job has run, so it is tried again.
   */
  static JobOutcome inSpiteOfBusyText(Supplier<JobOutcome> run) {
    for (int attempt = 0; ; attempt++) {
      try {
        return run.get();
      } catch (CannotExecuteException e) {
        if (e.errno() != Errno.ETXTBSY.number() || attempt == ETXTBSY_RETRIES) {
          throw e;
        }
      }
    }
  }

  /** A job goes on in one of the slots: it ends with the process. */
  void begun(Supervisor supervisor) {
    running.add(supervisor);
    if (ending) {
      supervisor.cancel();
    }
  }

  void over(Supervisor supervisor) {
    running.remove(supervisor);
  }

  /** How many pools were made before it, and one: the order in which slots of several are taken. */
  long number() {
    return number;
  }

  /** Whether each run has a terminal. */
  public boolean hasTerminals() {
    return terminal;
  }

  int size() {
    return size;
  }

  ExecutorService background() {
    return host.background();
  }

  private Slot acquire() {
    return acquire(1).get(0);
  }

  /** Waits until so many slots are free, and takes all or none. */
  List<Slot> acquire(int count) {
    try {
      free.acquire(count);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while waiting for a slot", e);
    }
    synchronized (idle) {
      if (closed) {
        free.release(count);
        throw new IllegalStateException("this sandbox is closed");
      }
      List<Slot> taken = new ArrayList<>();
      while (taken.size() < count) {
        Slot slot = idle.poll();
        if (slot == null) {
          slot =
              new Slot(
                  host, policy.alone(), facts, filter, keepsSpares, pinned, terminal, alteration);
          all.add(slot);
        }
        taken.add(slot);
      }
      return taken;
    }
  }

  void release(Slot slot) {
    synchronized (idle) {
      idle.push(slot);
    }
    free.release();
  }

  /**
   * Makes a slot for one program of a linked job, besides those that the pool has; it goes by
   * {@link #endLinked}.
   *
   * @param identity the slot's from now on
   */
  Slot linkedSlot(Identities.Lease identity, Link link) {
    if (filterInLink == null) {
      throw new IllegalStateException("policy " + policy.name() + " has no network");
    }
    synchronized (idle) {
      if (closed) {
        throw new IllegalStateException("this sandbox is closed");
      }
      linked++;
    }
    return new Slot(
        host,
        policy.inLink(),
        facts,
        filterInLink,
        false,
        pinned,
        false,
        alteration,
        identity,
        link);
  }

  /** Ends a slot of a linked job. */
  void endLinked(Slot slot) {
    try {
      slot.close();
    } finally {
      synchronized (idle) {
        linked--;
        idle.notifyAll();
      }
    }
  }

  private void awaitNoneLinked() {
    boolean interrupted = false;
    synchronized (idle) {
      while (linked > 0) {
        try {
          idle.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  SandboxHost host() {
    return host;
  }

  Alteration alteration() {
    return alteration;
  }

  /** Cancels the jobs that run and closes the pool: the server's process is ending. */
  void end() {
    ending = true;
    running.forEach(Supervisor::cancel);
    close();
  }

  /**
   * Waits for the jobs that run, then ends every zygote and spare. Who comes while another thread
   * does so waits for it: whoever returns from here finds nothing of this pool left.
   */
  @Override
  public void close() {
    boolean isFirst;
    synchronized (idle) {
      isFirst = !closed;
      closed = true;
    }
    if (!isFirst) {
      over.join();
      return;
    }
    try {
      free.acquireUninterruptibly(size);
      awaitNoneLinked();
      endSlots();
    } finally {
      free.release(size);
      host.closed(this);
      over.complete(null);
    }
  }

  private void endSlots() {
    List<RuntimeException> failures = new ArrayList<>();
    for (Slot slot : all) {
      try {
        slot.close();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.get(0);
      failures.subList(1, failures.size()).forEach(first::addSuppressed);
      throw first;
    }
  }
}
