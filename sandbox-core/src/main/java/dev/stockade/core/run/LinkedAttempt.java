package dev.stockade.core.run;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.run.LinkedOutcome.NotStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The jobs of a {@link LinkedJob}, their namespace and their slots, begun once. */
final class LinkedAttempt implements AutoCloseable {
  /** How long after one look whether somebody listens the next one comes, at least. */
  private static final long LEAST_PAUSE_NANOS = 5_000_000;

  /**
   * And how many times as long as that look took: the kernel goes through all sockets of the host
   * for it, some milliseconds.
   */
  private static final long PAUSES_PER_LOOK = 9;

  private final Link link;
  private final List<One> all = new ArrayList<>();
  private boolean isOver;
  private boolean needsNoService;
  private @Nullable One failed;

  private LinkedAttempt(Link link) {
    this.link = link;
  }

  /** Makes the namespace; the slots' processes are made when they run. */
  static LinkedAttempt prepare(List<LinkedJob.Member> members) {
    SandboxHost host = members.get(0).pool().host();
    List<Identities.Lease> ids = members.stream().map(one -> host.identities().lease()).toList();
    LinkedAttempt attempt = null;
    try {
      attempt =
          new LinkedAttempt(
              Link.make(
                  host.spawner(),
                  ids.stream().map(Identities.Lease::identity).toList(),
                  members.get(0).pool().alteration()));
      for (LinkedJob.Member member : members) {
        attempt.add(member, ids.get(attempt.all.size()));
      }
      return attempt;
    } catch (RuntimeException e) {
      int owned = attempt == null ? 0 : attempt.all.size();
      ids.subList(owned, ids.size()).forEach(host.identities()::giveBack);
      if (attempt != null) {
        attempt.close();
      }
      throw e;
    }
  }

  private void add(LinkedJob.Member member, Identities.Lease id) {
    all.add(new One(all.size(), member, member.pool().linkedSlot(id, link)));
  }

  /** Each on a thread of its own, prepared at one time, begun one after the other. */
  List<LinkedOutcome> run(Consumer<Runnable> canceller) {
    canceller.accept(this::end);
    List<Future<LinkedOutcome>> running = new ArrayList<>();
    for (One one : all) {
      running.add(one.member.pool().background().submit(one::run));
    }
    List<LinkedOutcome> outcomes = new ArrayList<>();
    for (Future<LinkedOutcome> future : running) {
      try {
        outcomes.add(Futures.await(future));
      } catch (ExecutionException e) {
        // The first failure of one is everybody's, and thrown below.
      }
    }
    throwFailure();
    return outcomes;
  }

  private synchronized void throwFailure() {
    if (failed == null) {
      return;
    }
    String who = "programs[" + failed.index + "]";
    if (failed.failure instanceof CannotExecuteException e) {
      throw new InvalidRequestException("command", e.reason()).in(who);
    }
    if (failed.failure instanceof InvalidRequestException e) {
      throw e.in(who);
    }
    if (failed.failure instanceof Error error) {
      throw error;
    }
    throw failed.failure instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(who + " failed", failed.failure);
  }

  /** Ends all. */
  private void end() {
    synchronized (this) {
      isOver = true;
      notifyAll();
    }
    all.forEach(one -> one.tell(Supervisor::cancel));
  }

  private void fail(One one, Throwable failure) {
    synchronized (this) {
      if (failed == null) {
        failed = one;
        one.failure = failure;
      }
    }
    end();
  }

  private synchronized void begun(One one) {
    one.hasBegun = true;
    notifyAll();
  }

  /** When the last that is no service is over, services are dismissed. */
  private void over(One one) {
    boolean isLast;
    synchronized (this) {
      one.hasBegun = true;
      one.isOver = true;
      isLast =
          !needsNoService
              && all.stream().allMatch(other -> other.isOver || other.member.isService());
      needsNoService |= isLast;
      notifyAll();
    }
    if (isLast) {
      all.stream()
          .filter(other -> other.member.isService())
          .forEach(service -> service.tell(Supervisor::dismiss));
    }
  }

  /**
   * Waits until the job may begin, or is being ended.
   *
   * @throws NotStartedException when it never will
   */
  private synchronized void awaitTurn(One one, Supervisor made) {
    long begun = System.nanoTime();
    while (!mayGoOn(one, made)) {
      long pause = PAUSES_PER_LOOK * (System.nanoTime() - begun);
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(LEAST_PAUSE_NANOS, pause));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SandboxException("interrupted while a program waited for its turn", e);
      }
      begun = System.nanoTime();
    }
  }

  private boolean mayGoOn(One one, Supervisor made) {
    if (isOver || made.isBeingEnded()) {
      return true;
    }
    if (needsNoService && one.member.isService()) {
      throw new NotStartedException(NotStarted.NOT_NEEDED);
    }
    if (!all.subList(0, one.index).stream().allMatch(earlier -> earlier.hasBegun)) {
      return false;
    }
    LinkedJob.After after = one.member.after();
    if (after == null || link.listens(after.port())) {
      return true;
    }
    if (all.get(after.member()).isOver) {
      throw new NotStartedException(NotStarted.AWAITED_ENDED);
    }
    return false;
  }

  boolean hasPassedOnOutput() {
    return all.stream().anyMatch(one -> one.hasPassedOnOutput);
  }

  /** Ends the slots with their zygotes, which nothing else may use, and the namespace. */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (One one : all) {
      try {
        one.member.pool().endLinked(one.slot);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    link.close();
    if (failure != null) {
      throw failure;
    }
  }

  /** A job will never begin. */
  private static final class NotStartedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final NotStarted reason;

    NotStartedException(NotStarted reason) {
      super(reason.name());
      this.reason = reason;
    }
  }

  /** One of the jobs. What others ask of it is guarded by the attempt. */
  private final class One {
    private final int index;
    private final LinkedJob.Member member;
    private final Slot slot;
    private volatile @Nullable Supervisor supervisor;
    private volatile boolean hasPassedOnOutput;
    private boolean hasBegun;
    private boolean isOver;
    private @Nullable Throwable failure;

    One(int index, LinkedJob.Member member, Slot slot) {
      this.index = index;
      this.member = member;
      this.slot = slot;
    }

    LinkedOutcome run() {
      try {
        JobOutcome outcome = SlotPool.inSpiteOfBusyText(this::runOnce);
        if (outcome.killedFor() == JobOutcome.KilledFor.CANCELLED) {
          end(); // also when its sandbox alone is ending
        }
        return new LinkedOutcome(outcome, null);
      } catch (NotStartedException e) {
        return new LinkedOutcome(null, e.reason);
      } catch (RuntimeException | Error e) {
        fail(this, e);
        throw e;
      } finally {
        over(this);
      }
    }

    private JobOutcome runOnce() {
      try {
        return slot.run(member.order(), null, this::begin);
      } finally {
        Supervisor begun = supervisor;
        if (begun != null) {
          member.pool().over(begun);
          hasPassedOnOutput |= begun.hasPassedOnOutput();
        }
      }
    }

    private void begin(Supervisor made) {
      supervisor = made;
      member.pool().begun(made);
      made.whenBegun(() -> begun(this));
      awaitTurn(this, made);
      if (isEnding()) {
        made.cancel(); // it was not there yet when all were told
      }
    }

    void tell(Consumer<Supervisor> what) {
      Supervisor begun = supervisor;
      if (begun != null) {
        what.accept(begun);
      }
    }
  }

  private synchronized boolean isEnding() {
    return isOver;
  }
}
