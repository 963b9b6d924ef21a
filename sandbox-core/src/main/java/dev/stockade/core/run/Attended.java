package dev.stockade.core.run;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.PollSet;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The run's side of an {@link Attendance}: the pipe that is the program's standard input or the
 * server's side of its terminal, the program's pidfd, and what wakes the run's thread. Used by that
 * thread.
 */
final class Attended implements AutoCloseable {
  private static final byte[] ONE = {0};

  /** VEOF, Ctrl-D, as terminals have it at first; termios(3). */
  private static final byte END_OF_FILE = 4;

  private static final byte LINE_FEED = '\n';
  private static final byte CARRIAGE_RETURN = '\r';

  private final Attendance attendance;
  private final Fd pidfd;
  private final @Nullable Fd stdin;
  private final Fd input;
  private final @Nullable Fd terminal;
  private final Fd wakeUps;
  private final Fd waker;
  private final AtomicBoolean woken = new AtomicBoolean();
  private Attendance.@Nullable Size size;
  private @Nullable Piece piece;
  private byte lastWritten = LINE_FEED;
  private boolean begun;
  private boolean endOfFileSent;

  /**
   * One whose program gets a pipe as its standard input.
   *
   * @param pidfd of the payload, from before it was told to go on; owned from now on
   */
  static Attended byPipe(Attendance attendance, Fd pidfd) {
    Fd[] ends;
    try {
      ends = Sys.pipeToProgram();
    } catch (SystemCallException e) {
      pidfd.close();
      throw e;
    }
    return new Attended(attendance, pidfd, ends[0], ends[1], null);
  }

  /**
   * One whose program has a terminal.
   *
   * @param pidfd of the payload, from before it was told to go on; owned from now on
   * @param terminal the server's side of it
   */
  static Attended onTerminal(Attendance attendance, Fd pidfd, Fd terminal) {
    Fd input;
    try {
      input = Sys.duplicate(terminal, 3);
    } catch (SystemCallException e) {
      pidfd.close();
      throw e;
    }
    return new Attended(attendance, pidfd, null, input, terminal);
  }

  private Attended(
      Attendance attendance, Fd pidfd, @Nullable Fd stdin, Fd input, @Nullable Fd terminal) {
    this.attendance = attendance;
    this.pidfd = pidfd;
    this.stdin = stdin;
    this.input = input;
    this.terminal = terminal;
    Fd[] wakeEnds;
    try {
      wakeEnds = Sys.pipe();
    } catch (SystemCallException e) {
      closeAll(pidfd, stdin, input);
      throw e;
    }
    wakeUps = wakeEnds[0];
    waker = wakeEnds[1];
    attendance.wakeBy(this::wake);
  }

  /** From any thread; there is never more than one byte in the pipe, so this does not block. */
  private void wake() {
    if (woken.compareAndSet(false, true)) {
      Sys.writeFully(waker, ONE);
    }
  }

  /** The program's standard input; to be closed when the program has it. */
  Fd stdin() {
    if (stdin == null) {
      throw new IllegalStateException("the program has a terminal");
    }
    // Some programs open /dev/stdin anew, under the job's own ids.
    Sys.chmod(stdin, 0444);
    return stdin;
  }

  /** The program has begun; until then nothing is taken from those who attend. */
  void begin() {
    begun = true;
  }

  boolean hasBegun() {
    return begun;
  }

  void wrote(int descriptor, byte[] bytes) {
    attendance.wrote(descriptor, bytes);
  }

  /** Does what can be done now, and says what to wait for. */
  void watch(PollSet poll, int inputPlace, int wakePlace, NativeBuffer buffer) {
    if (begun) {
      resize();
      for (int signal : attendance.takeSignals()) {
        Sys.signal(pidfd, signal);
      }
      pump(buffer);
    }
    poll.watch(wakePlace, wakeUps, Constants.POLLIN);
    boolean waits = piece != null;
    // A terminal that nobody has open now may be opened again: that is no end, and not waited for.
    if (input.isOpen() && (waits || terminal == null)) {
      poll.watch(inputPlace, input, waits ? Constants.POLLOUT : 0);
    } else {
      poll.ignore(inputPlace);
    }
  }

  boolean takesOutput() {
    return attendance.takesOutput();
  }

  /** Looks at what poll(2) has said. */
  void polled(PollSet poll, int inputPlace, int wakePlace, NativeBuffer buffer) {
    if (poll.events(wakePlace) != 0) {
      Sys.read(wakeUps, buffer, 1);
      woken.set(false); // before looking, in watch(): who comes later wakes again
    }
    int left = terminal == null ? Constants.POLLERR : Constants.POLLHUP;
    if ((poll.events(inputPlace) & left) != 0) {
      receiverLeft();
    }
  }

  private void pump(NativeBuffer buffer) {
    for (Piece next = next(); next != null; next = next()) {
      if (!next.writeTo(input, buffer, terminal == null ? Errno.EPIPE : Errno.EIO)) {
        receiverLeft();
      } else if (!next.isDone()) {
        return;
      } else {
        lastWritten = next.last();
        piece = null;
      }
    }
  }

  /** What is to be written next; {@code null}: nothing now, or never more. */
  private @Nullable Piece next() {
    if (input.isOpen() && piece == null) {
      byte[] said = attendance.next();
      if (said != null) {
        piece = new Piece(said);
      } else if (attendance.inputHasEnded() && !attendance.hasInput()) {
        endInput();
      }
    }
    return piece;
  }

  /** On a terminal the key that says so is pressed, behind a line that has begun twice. */
  private void endInput() {
    if (terminal != null && !endOfFileSent) {
      endOfFileSent = true;
      boolean lineHasBegun = lastWritten != LINE_FEED && lastWritten != CARRIAGE_RETURN;
      piece =
          new Piece(
              lineHasBegun ? new byte[] {END_OF_FILE, END_OF_FILE} : new byte[] {END_OF_FILE});
    } else {
      input.close();
    }
  }

  /** Gives the terminal the size that it is to have now; before the program, in each attempt. */
  void resize() {
    Attendance.Size wanted = terminal == null ? null : attendance.size();
    if (wanted != null && !wanted.equals(size)) {
      Sys.resize(terminal, wanted.rows(), wanted.columns());
      size = wanted;
    }
  }

  private void receiverLeft() {
    input.close();
    piece = null;
    attendance.receiverLeft();
  }

  @Override
  public void close() {
    attendance.wakeBy(null);
    closeAll(pidfd, stdin, input, wakeUps, waker);
  }

  private static void closeAll(@Nullable Fd... all) {
    for (Fd one : all) {
      if (one != null) {
        one.close();
      }
    }
  }
}
