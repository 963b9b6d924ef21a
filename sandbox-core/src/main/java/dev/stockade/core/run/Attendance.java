package dev.stockade.core.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody outside says to a program while it runs, until the run takes it, and how much of
 * the program's output has not been taken yet. For one run. Thread-safe; nothing here blocks.
 */
public final class Attendance {
  /** Told what happens, on the run's thread, which waits meanwhile. */
  public interface Listener {
    /**
     * The program has written.
     *
     * @param descriptor its number in the program: 1 or 2
     */
    void wrote(int descriptor, byte[] bytes);

    /** There is room for input again, after {@link #write} has said that there was none. */
    void wantsInput();
  }

  private final Listener listener;
  private final long roomBytes;
  private @Nullable Size size;
  private final Deque<byte[]> input = new ArrayDeque<>();
  private final Set<Integer> signals = new LinkedHashSet<>();
  private long inputBytes;
  private long untakenBytes;
  private boolean inputEnded;
  private boolean deaf;
  private boolean hasRefused;
  private @Nullable Runnable waker;

  /** The size of a terminal, in characters. */
  public record Size(int rows, int columns) {}

  /**
   * @param roomBytes as much input waits here before there is no room, and as much output may be
   *     untaken before the program waits
   */
  public Attendance(long roomBytes, Listener listener) {
    this.roomBytes = roomBytes;
    this.listener = listener;
  }

  /** The size that the program's terminal is to have from now on. */
  public synchronized void resize(Size to) {
    size = to;
    wake();
  }

  /** The size that the program's terminal is to have; {@code null}: nobody has said. */
  synchronized @Nullable Size size() {
    return size;
  }

  /**
   * Adds to the program's standard input; lost when the program has closed it, or has ended.
   *
   * @return false when nothing more should come until the listener is told
   */
  public synchronized boolean write(byte[] bytes) {
    if (inputEnded) {
      throw new IllegalStateException("the input has ended");
    }
    if (deaf || bytes.length == 0) {
      return true;
    }
    input.add(bytes.clone());
    inputBytes += bytes.length;
    wake();
    hasRefused |= inputBytes >= roomBytes;
    return inputBytes < roomBytes;
  }

  /** Ends the program's standard input. */
  public synchronized void endInput() {
    inputEnded = true;
    wake();
  }

  /** Sends the program a signal once it has begun; as with any process, two of a kind are one. */
  public synchronized void signal(int signal) {
    if (signals.add(signal)) {
      wake();
    }
  }

  /** So much of what the listener was told of needs no memory any more. */
  public synchronized void taken(int bytes) {
    boolean wasFull = untakenBytes >= roomBytes;
    untakenBytes -= bytes;
    if (wasFull && untakenBytes < roomBytes) {
      wake();
    }
  }

  /** The run is over: what comes now is lost, and whoever waits for room waits no longer. */
  public void over() {
    receiverLeft();
    synchronized (this) {
      signals.clear();
    }
  }

  private void wake() {
    if (waker != null) {
      waker.run();
    }
  }

  /** Has something called, quickly, whenever there is something to do; {@code null}: no more. */
  synchronized void wakeBy(@Nullable Runnable action) {
    waker = action;
  }

  /** The next piece of input; {@code null}: there is none now. */
  byte @Nullable [] next() {
    byte[] piece;
    boolean hasRoomAgain;
    synchronized (this) {
      piece = input.poll();
      if (piece == null) {
        return null;
      }
      inputBytes -= piece.length;
      hasRoomAgain = hasRefused && inputBytes < roomBytes;
      hasRefused &= !hasRoomAgain;
    }
    if (hasRoomAgain) {
      listener.wantsInput();
    }
    return piece;
  }

  synchronized boolean hasInput() {
    return !input.isEmpty();
  }

  /** Whether nothing will follow what is here. */
  synchronized boolean inputHasEnded() {
    return inputEnded;
  }

  /** Nobody can read the program's input any more. */
  void receiverLeft() {
    boolean waits;
    synchronized (this) {
      waits = hasRefused;
      loseInput();
    }
    if (waits) {
      listener.wantsInput();
    }
  }

  private void loseInput() {
    deaf = true;
    hasRefused = false;
    input.clear();
    inputBytes = 0;
  }

  /** The signals to send now. */
  synchronized List<Integer> takeSignals() {
    List<Integer> taken = List.copyOf(signals);
    signals.clear();
    return taken;
  }

  /** Whether the program's output may be read. */
  synchronized boolean takesOutput() {
    return untakenBytes < roomBytes;
  }

  void wrote(int descriptor, byte[] bytes) {
    synchronized (this) {
      untakenBytes += bytes.length;
    }
    listener.wrote(descriptor, bytes);
  }
}
