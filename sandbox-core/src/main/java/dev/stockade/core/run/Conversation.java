package dev.stockade.core.run;

import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Sys;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What connects two programs: a relay and a pipe for each direction, what was said, and who left
 * first.
 *
 * <p>Why somebody left is noted before its peer can notice, so what comes of it is never the first.
 * Thread-safe.
 */
final class Conversation implements AutoCloseable {
  private final End interactor;
  private final End solution;
  private final long transcriptBytes;
  private final List<Said> transcript = new ArrayList<>();
  private final AtomicReference<@Nullable Departure> first = new AtomicReference<>();
  private long keptBytes;
  private long totalBytes;

  /**
   * @param transcriptBytes how much is kept of what is said, see {@link PairOutcome#PIECE_BYTES}
   */
  Conversation(long transcriptBytes) {
    this.transcriptBytes = transcriptBytes;
    Fd[] toInteractor = Sys.pipeToProgram();
    Fd[] toSolution;
    try {
      toSolution = Sys.pipeToProgram();
    } catch (RuntimeException e) {
      toInteractor[0].close();
      toInteractor[1].close();
      throw e;
    }
    this.interactor =
        new End(
            this,
            Side.INTERACTOR,
            toInteractor[0],
            new Relay(this, Side.INTERACTOR, toSolution[1]));
    this.solution =
        new End(
            this, Side.SOLUTION, toSolution[0], new Relay(this, Side.SOLUTION, toInteractor[1]));
  }

  /**
   * What one program has of it.
   *
   * @param input the end for reading of the pipe that is its standard input
   * @param relay gets what it writes
   */
  record End(Conversation conversation, Side side, Fd input, Relay relay) {
    /** Its standard input; to be closed here when the program has it. */
    Fd stdin() {
      // Some programs open /dev/stdin anew, under the job's own ids.
      Sys.chmod(input, 0444);
      return input;
    }

    /** Every process of the program is gone. */
    void left() {
      conversation.left(side);
    }

    /** The program is about to be killed. */
    void killed(JobOutcome.KilledFor reason) {
      switch (reason) {
        case CANCELLED, DISMISSED -> {}
        case WALL_TIME -> conversation.stalled();
        case CPU_TIME, OUTPUT, DENIED_SYSCALL -> conversation.first(side, PairOutcome.Cause.KILLED);
      }
    }
  }

  private record Departure(Side side, PairOutcome.Cause cause) {}

  private record Said(Side from, ByteArrayOutputStream bytes) {}

  End end(Side side) {
    return side == Side.INTERACTOR ? interactor : solution;
  }

  /** Somebody ended, or closed one of its streams. */
  void left(Side side) {
    first(side, PairOutcome.Cause.LEFT);
  }

  private void first(Side side, PairOutcome.Cause cause) {
    first.compareAndSet(null, new Departure(side, cause));
  }

  /**
   * Time is up while both are there. It is the interactor's fault when it alone has not read what
   * it was told, else the solution's: when both wait for input, it owes an answer.
   */
  private void stalled() {
    boolean owesReading = solution.relay.hasUnread() && !interactor.relay.hasUnread();
    first(owesReading ? Side.INTERACTOR : Side.SOLUTION, PairOutcome.Cause.STALLED);
  }

  /** Somebody wrote something. */
  synchronized void said(Side from, byte[] bytes) {
    totalBytes += bytes.length;
    if (keptBytes >= transcriptBytes) {
      return;
    }
    Said last = transcript.isEmpty() ? null : transcript.get(transcript.size() - 1);
    if (last == null || last.from != from) {
      keptBytes += PairOutcome.PIECE_BYTES;
      if (keptBytes >= transcriptBytes) {
        return;
      }
      last = new Said(from, new ByteArrayOutputStream());
      transcript.add(last);
    }
    last.bytes.write(bytes, 0, (int) Math.min(bytes.length, transcriptBytes - keptBytes));
    keptBytes += bytes.length;
  }

  /** What came of it, when both have ended. */
  synchronized PairOutcome outcome(JobOutcome ofInteractor, JobOutcome ofSolution) {
    Departure departure = first.get();
    if (departure == null) {
      throw new IllegalStateException("both have ended, and nobody was the first");
    }
    return new PairOutcome(
        ofInteractor,
        ofSolution,
        departure.side,
        departure.cause,
        transcript.stream()
            .map(said -> new PairOutcome.Piece(said.from, said.bytes.toByteArray()))
            .toList(),
        totalBytes);
  }

  @Override
  public void close() {
    for (End end : List.of(interactor, solution)) {
      end.input.close();
      end.relay.close();
    }
  }
}
