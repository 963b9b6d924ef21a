package dev.stockade.core.run;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two jobs whose streams are connected, each in a slot of its own, begun together.
 *
 * <p>Both slots are taken before anything runs, two of one pool at once and those of two pools in
 * the pools' order, so that pairs never wait for each other.
 */
public final class JobPair {
  /** A job and the pool that it runs in. */
  public record Member(SlotPool pool, JobOrder order) {}

  private final Member interactor;
  private final Member solution;
  private final long transcriptBytes;
  private final Consumer<Runnable> canceller;

  private JobPair(
      Member interactor, Member solution, long transcriptBytes, Consumer<Runnable> canceller) {
    this.interactor = interactor;
    this.solution = solution;
    this.transcriptBytes = transcriptBytes;
    this.canceller = canceller;
  }

  /**
   * Runs both until both have ended, waiting for slots first.
   *
   * @param transcriptBytes how much is kept of what they say, see {@link PairOutcome#PIECE_BYTES}
   * @param canceller is given the way to end both early
   * @throws InvalidRequestException naming {@code interactor} or {@code solution} first in its
   *     field
   */
  public static PairOutcome run(
      Member interactor, Member solution, long transcriptBytes, Consumer<Runnable> canceller) {
    if (interactor.pool == solution.pool && interactor.pool.size() < 2) {
      throw new IllegalArgumentException("a sandbox of one slot cannot run two programs at once");
    }
    return new JobPair(interactor, solution, transcriptBytes, canceller).run();
  }

  private PairOutcome run() {
    if (interactor.pool == solution.pool) {
      List<Slot> slots = interactor.pool.acquire(2);
      try {
        return runIn(slots.get(0), slots.get(1));
      } finally {
        slots.forEach(interactor.pool::release);
      }
    }
    boolean inOrder = interactor.pool.number() < solution.pool.number();
    SlotPool lower = inOrder ? interactor.pool : solution.pool;
    SlotPool higher = inOrder ? solution.pool : interactor.pool;
    Slot first = lower.acquire(1).get(0);
    try {
      Slot second = higher.acquire(1).get(0);
      try {
        return inOrder ? runIn(first, second) : runIn(second, first);
      } finally {
        higher.release(second);
      }
    } finally {
      lower.release(first);
    }
  }

  /** Both once, and both again where neither is to blame, as {@link SlotPool#run} does. */
  private PairOutcome runIn(Slot ofInteractor, Slot ofSolution) {
    boolean wasEndedFromOutside = false;
    for (int attempt = 0; ; attempt++) {
      try (Conversation conversation = new Conversation(transcriptBytes)) {
        Attempt both = new Attempt(conversation, ofInteractor, ofSolution);
        try {
          return both.run();
        } catch (CannotExecuteException e) {
          if (e.errno() != Errno.ETXTBSY.number() || attempt == SlotPool.ETXTBSY_RETRIES) {
            throw new InvalidRequestException("command", e.reason()).in(both.failedName());
          }
        } catch (EndedFromOutsideException e) {
          both.failedSlot().renew();
          if (wasEndedFromOutside || both.hasPassedOnOutput()) {
            throw e;
          }
          wasEndedFromOutside = true;
        } catch (InvalidRequestException e) {
          throw e.in(both.failedName());
        }
      }
    }
  }

  /** Both jobs, begun once. */
  private final class Attempt {
    private final Conversation conversation;
    private final One first;
    private final One second;
    private volatile boolean isOver;
    private @Nullable One failed;

    Attempt(Conversation conversation, Slot ofInteractor, Slot ofSolution) {
      this.conversation = conversation;
      this.first = new One(this, Side.INTERACTOR, interactor, ofInteractor);
      this.second = new One(this, Side.SOLUTION, solution, ofSolution);
    }

    PairOutcome run() {
      canceller.accept(this::end);
      Future<JobOutcome> other =
          second.member.pool.background().submit(() -> second.run(first, conversation));
      JobOutcome ofInteractor = null;
      JobOutcome ofSolution = null;
      try {
        ofInteractor = first.run(second, conversation);
      } catch (RuntimeException | Error e) {
        // Both have failed, or the other has been ended: the first failure is thrown below.
      }
      try {
        ofSolution = Futures.await(other);
      } catch (ExecutionException e) {
        // As above.
      }
      if (ofInteractor == null || ofSolution == null) {
        throw failure();
      }
      return conversation.outcome(ofInteractor, ofSolution);
    }

    private RuntimeException failure() {
      Throwable failure = failed().failure;
      if (failure instanceof Error error) {
        throw error;
      }
      return failure instanceof RuntimeException exception
          ? exception
          : new IllegalStateException("a program of an interaction failed", failure);
    }

    /** Ends both. */
    void end() {
      isOver = true;
      first.cancel();
      second.cancel();
    }

    /** The first failure of one is both's. */
    synchronized void fail(One one) {
      if (failed == null) {
        failed = one;
      }
    }

    private synchronized One failed() {
      if (failed == null) {
        throw new IllegalStateException("nothing has failed");
      }
      return failed;
    }

    String failedName() {
      return failed().side.name().toLowerCase(Locale.ROOT);
    }

    Slot failedSlot() {
      return failed().slot;
    }

    boolean hasPassedOnOutput() {
      return first.hasPassedOnOutput() || second.hasPassedOnOutput();
    }
  }

  /** One of both jobs, on a thread of its own. */
  private static final class One {
    private final Attempt attempt;
    private final Side side;
    private final Member member;
    private final Slot slot;
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private volatile @Nullable Supervisor supervisor;
    private @Nullable Throwable failure;

    One(Attempt attempt, Side side, Member member, Slot slot) {
      this.attempt = attempt;
      this.side = side;
      this.member = member;
      this.slot = slot;
    }

    JobOutcome run(One peer, Conversation conversation) {
      Conversation.End end = conversation.end(side);
      try {
        JobOutcome outcome = runIn(slot, end, peer);
        if (outcome.killedFor() == JobOutcome.KilledFor.CANCELLED) {
          attempt.end(); // also when its sandbox alone is ending
        }
        end.relay().finish();
        return outcome;
      } catch (RuntimeException | Error e) {
        failure = e;
        attempt.fail(this);
        ready.completeExceptionally(e);
        attempt.end();
        throw e;
      } finally {
        Supervisor begun = supervisor;
        if (begun != null) {
          member.pool.over(begun);
        }
      }
    }

    /** When it returns, nobody can read what the peer says any more. */
    private JobOutcome runIn(Slot slot, Conversation.End end, One peer) {
      try {
        return slot.run(member.order, end, made -> begin(made, peer));
      } finally {
        end.input().close(); // of a program that could not be begun
      }
    }

    /** Waits until the other can begin as well: nobody's time runs while its peer is prepared. */
    private void begin(Supervisor made, One peer) {
      supervisor = made;
      member.pool.begun(made);
      ready.complete(null);
      try {
        peer.ready.join();
      } catch (CompletionException e) {
        throw new SandboxException("the other program could not be begun", e.getCause());
      }
      if (attempt.isOver) {
        made.cancel();
      }
    }

    void cancel() {
      Supervisor begun = supervisor;
      if (begun != null) {
        begun.cancel();
      }
    }

    boolean hasPassedOnOutput() {
      Supervisor begun = supervisor;
      return begun != null && begun.hasPassedOnOutput();
    }
  }
}
