package dev.stockade.core.run;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.PollSet;
import dev.stockade.core.linux.Sys;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of a conversation: passes on what one program, the sender, wrote to the pipe that
 * is the other's standard input.
 *
 * <p>It holds no more than one reading of the sender's pipe, and, when the sender has ended, what
 * was left in that pipe. Used by the sender's thread; only {@link #hasUnread} is asked by others.
 */
final class Relay implements AutoCloseable {
  private static final int CHUNK = 64 << 10;

  private final Conversation conversation;
  private final Side sender;
  private final Fd pipe;
  private final NativeBuffer buffer = NativeBuffer.allocate(CHUNK);
  private final Deque<Piece> pending = new ArrayDeque<>();
  private boolean ended;

  /**
   * @param pipe the end for writing, which does not block
   */
  Relay(Conversation conversation, Side sender, Fd pipe) {
    this.conversation = conversation;
    this.sender = sender;
    this.pipe = pipe;
  }

  /** The end for writing, while open. */
  Fd pipe() {
    return pipe;
  }

  /** False when the receiver has left, or has been told that nothing follows. */
  boolean isOpen() {
    return pipe.isOpen();
  }

  /**
   * Whether the sender may go on when the receiver has left, instead of getting SIGPIPE: the last
   * word of an interactor, to a solution that has ended, must not be its death.
   */
  boolean dropsWhatNobodyReads() {
    return sender == Side.INTERACTOR;
  }

  /** Whether the receiver must take something before there is room for more. */
  synchronized boolean isFull() {
    return !pending.isEmpty();
  }

  /** Takes what the sender wrote, and passes on as much of it as the receiver's pipe takes. */
  synchronized void pass(byte[] bytes) {
    conversation.said(sender, bytes);
    if (isOpen()) {
      pending.add(new Piece(bytes));
      pump();
    }
  }

  /** Passes on what the receiver's pipe takes now. */
  synchronized void pump() {
    while (isOpen() && !pending.isEmpty()) {
      Piece first = pending.element();
      if (!first.writeTo(pipe, buffer, Errno.EPIPE)) {
        receiverLeft();
        return;
      }
      if (!first.isDone()) {
        return;
      }
      pending.remove();
    }
    if (ended && pending.isEmpty()) {
      pipe.close();
    }
  }

  /** The sender writes no more; the receiver is told when it has taken everything. */
  synchronized void end() {
    conversation.left(sender);
    ended = true;
    pump();
  }

  /** Nobody can read the receiver's pipe any more. */
  synchronized void receiverLeft() {
    conversation.left(sender.peer());
    pending.clear();
    pipe.close();
  }

  /** Waits until the receiver has taken everything, or has left; the sender has ended. */
  void finish() {
    end();
    try (PollSet poll = new PollSet(1)) {
      while (isOpen()) {
        poll.watch(0, pipe, Constants.POLLOUT);
        Sys.poll(poll, -1);
        pump();
      }
    }
  }

  /** Whether the receiver has not read yet what the sender wrote. */
  synchronized boolean hasUnread() {
    return isOpen() && (!pending.isEmpty() || Sys.unread(pipe) > 0);
  }

  /** Both threads have come to their end. */
  @Override
  public synchronized void close() {
    pending.clear();
    pipe.close();
    buffer.close();
  }
}
