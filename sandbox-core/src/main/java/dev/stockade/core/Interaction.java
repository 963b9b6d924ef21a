package dev.stockade.core;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.run.JobOutcome;
import dev.stockade.core.run.JobPair;
import dev.stockade.core.run.PairOutcome;
import java.util.concurrent.CancellationException;

/**
 * Two programs that talk with each other, each in a sandbox with limits of its own: what one writes
 * to standard output the other reads from standard input.
 *
 * <p>They have no descriptor in common; the bytes go through this process, which holds at most some
 * 64 KiB of them for each direction, so a program whose peer does not read waits as at a full pipe.
 * When one closes its standard output the other reads end-of-file. When the interactor closes its
 * standard input, or ends, the solution gets SIGPIPE as in a pipe; what the interactor says to a
 * solution that has left is dropped, so that its last word is never its death.
 */
public final class Interaction {
  private Interaction() {}

  /**
   * One of both programs and where it runs.
   *
   * @param request without standard input, which is what the other writes
   */
  public record Party(Sandbox sandbox, RunRequest request) {}

  /**
   * Runs both, begun together, and waits until both have ended. Takes two slots at one time.
   *
   * @param interactor who asks; it is not to blame when both wait for input
   * @param solution who answers
   * @param transcript how much is kept of what they say; each piece counts 16 bytes besides its own
   * @throws IllegalArgumentException when both have the same sandbox and it has only one slot
   * @throws InvalidRequestException when one cannot be run as it stands; its field begins with
   *     {@code interactor} or {@code solution}
   * @throws CancellationException when they were cancelled before their end
   */
  public static InteractionResult run(
      Party interactor, Party solution, ByteSize transcript, Cancellation cancellation) {
    Limits ofInteractor = limits("interactor", interactor);
    Limits ofSolution = limits("solution", solution);
    JobPair.Member asking = member("interactor", interactor, ofInteractor);
    JobPair.Member answering = member("solution", solution, ofSolution);
    if (cancellation.isCancelled()) {
      throw new CancellationException("cancelled before it started");
    }
    try {
      PairOutcome outcome =
          JobPair.run(asking, answering, transcript.bytes(), cancellation::whenCancelled);
      if (isCancelled(outcome.interactor()) || isCancelled(outcome.solution())) {
        throw new CancellationException("cancelled while it ran");
      }
      return new InteractionResult(
          Judge.judge(outcome.interactor(), ofInteractor, interactor.sandbox.degraded()),
          Judge.judge(outcome.solution(), ofSolution, solution.sandbox.degraded()),
          side(outcome.first()),
          InteractionResult.Cause.valueOf(outcome.cause().name()),
          new Transcript(
              outcome.pieces().stream()
                  .map(piece -> new Transcript.Piece(side(piece.from()), piece.bytes()))
                  .toList(),
              outcome.totalBytes()));
    } finally {
      cancellation.over();
    }
  }

  private static Limits limits(String who, Party party) {
    try {
      Limits limits = party.sandbox.policy().limits().with(party.request.limits());
      limits.checkWithin(party.sandbox.policy().ceilings());
      return limits;
    } catch (InvalidRequestException e) {
      throw e.in(who);
    }
  }

  private static JobPair.Member member(String who, Party party, Limits limits) {
    try {
      if (party.request.attendant() != null) {
        throw new IllegalArgumentException("nobody attends a program that talks with another");
      }
      if (party.sandbox.pool().hasTerminals()) {
        throw new IllegalArgumentException("programs talk through pipes, not on terminals");
      }
      if (!Sandbox.isNothing(party.request.stdin())) {
        throw new InvalidRequestException("stdin", "is what the other program writes");
      }
      return new JobPair.Member(
          party.sandbox.pool(), Sandbox.order(party.sandbox.policy(), party.request, limits));
    } catch (InvalidRequestException e) {
      throw e.in(who);
    }
  }

  private static boolean isCancelled(JobOutcome outcome) {
    return outcome.killedFor() == JobOutcome.KilledFor.CANCELLED;
  }

  private static InteractionResult.Side side(dev.stockade.core.run.Side side) {
    return InteractionResult.Side.valueOf(side.name());
  }
}
