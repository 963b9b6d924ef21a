package dev.stockade.core;

import dev.stockade.core.run.Attendance;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's side of a program that runs: its standard input is written piece by piece, its output
 * is told as it comes, and it can be sent signals.
 *
 * <p>For one run, to which it is given by {@link RunRequest#attendedBy}. What comes before the
 * program has begun waits for it, what comes when it has ended is lost. At most some 64 KiB wait
 * for each direction: a program whose output nobody {@linkplain #taken takes} waits as at a full
 * pipe. Thread-safe; no method blocks.
 */
public final class LiveRun {
  private static final long ROOM_BYTES = 64 << 10;

  /** What {@code struct winsize} has room for, ioctl_tty(2). */
  private static final int LARGEST = 0xffff;

  private final Attendance attendance;
  private final boolean hasTerminal;

  /** What a program may be sent, signal(7). */
  public enum Signal {
    HUP(1),
    INT(2),
    QUIT(3),
    KILL(9),
    USR1(10),
    USR2(12),
    TERM(15);

    private final int number;

    Signal(int number) {
      this.number = number;
    }
  }

  /** Where a program writes. */
  public enum Stream {
    STDOUT,
    STDERR;

    /** Its name in lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Told what happens, on the run's thread, which waits meanwhile: it must not block or throw. */
  public interface Listener {
    /** The program has written; {@link LiveRun#taken} is to be called for as many bytes. */
    void wrote(Stream stream, byte[] bytes);

    /** There is room for input again, after {@link LiveRun#write} has said that there was none. */
    void wantsInput();
  }

  /** One whose program has pipes as its standard streams. */
  public LiveRun(Listener listener) {
    this(listener, false);
  }

  /**
   * One whose program has a pseudo-terminal, in a sandbox with {@link SandboxOptions#terminal}. It
   * echoes, and what is written to standard error is told as standard output.
   */
  public static LiveRun onTerminal(int rows, int columns, Listener listener) {
    LiveRun live = new LiveRun(listener, true);
    live.resize(rows, columns);
    return live;
  }

  /** One on a terminal at which nobody types: what is shown is in the result alone. */
  public static LiveRun onTerminal(int rows, int columns) {
    Onlooker onlooker = new Onlooker();
    LiveRun live = onTerminal(rows, columns, onlooker);
    onlooker.live = live;
    return live;
  }

  private static final class Onlooker implements Listener {
    private @Nullable LiveRun live; // set before a run can begin

    @Override
    public void wrote(Stream stream, byte[] bytes) {
      if (live != null) {
        live.taken(bytes.length);
      }
    }

    @Override
    public void wantsInput() {}
  }

  private LiveRun(Listener listener, boolean hasTerminal) {
    this.hasTerminal = hasTerminal;
    this.attendance =
        new Attendance(
            ROOM_BYTES,
            new Attendance.Listener() {
              @Override
              public void wrote(int descriptor, byte[] bytes) {
                listener.wrote(descriptor == 1 ? Stream.STDOUT : Stream.STDERR, bytes);
              }

              @Override
              public void wantsInput() {
                listener.wantsInput();
              }
            });
  }

  /**
   * Writes to the program's standard input; lost when the program has closed it.
   *
   * @return false when nothing more should be written until the listener is told
   * @throws IllegalStateException after {@link #endInput}
   */
  public boolean write(byte[] bytes) {
    return attendance.write(bytes);
  }

  /**
   * Ends the program's standard input, behind what has been written; on a terminal by Ctrl-D, which
   * is pressed twice behind a line that has begun and which the program may take for anything.
   */
  public void endInput() {
    attendance.endInput();
  }

  /** Sends a signal to the program itself, not to processes that it has made. */
  public void signal(Signal signal) {
    attendance.signal(signal.number);
  }

  /**
   * Gives the program's terminal another size, of which SIGWINCH tells it.
   *
   * @throws IllegalStateException when it has none
   */
  public void resize(int rows, int columns) {
    if (!hasTerminal) {
      throw new IllegalStateException("the program has no terminal");
    }
    if (rows < 1 || rows > LARGEST || columns < 1 || columns > LARGEST) {
      throw new IllegalArgumentException("a terminal has 1 to 65535 rows and columns");
    }
    attendance.resize(new Attendance.Size(rows, columns));
  }

  /** Whether its program has a terminal. */
  public boolean hasTerminal() {
    return hasTerminal;
  }

  /** So many bytes of what the listener was told of are held no more. */
  public void taken(int bytes) {
    attendance.taken(bytes);
  }

  Attendance attendance() {
    return attendance;
  }
}
