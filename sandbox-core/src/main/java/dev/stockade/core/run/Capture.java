package dev.stockade.core.run;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects one output stream: keeps the first bytes, counts all of them, and hands what it keeps to
 * a listener on a thread of its own, so that a slow listener cannot delay a limit.
 */
final class Capture implements AutoCloseable {
  private static final byte[] LAST = {};

  private final Fd pipe;
  private final long limitBytes;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final BlockingQueue<byte[]> forListener = new LinkedBlockingQueue<>();
  private final @Nullable Thread listenerThread;
  private final @Nullable Relay relay;
  private final @Nullable Consumer<byte[]> attendant;
  private long total;
  private boolean ended;

  Capture(Fd pipe, long limitBytes, @Nullable OutputStream listener) {
    this(pipe, limitBytes, listener, null, null);
  }

  /**
   * @param relay gets what is kept, and the stream's end
   * @param attendant gets what is kept, on the reading thread
   */
  Capture(
      Fd pipe,
      long limitBytes,
      @Nullable OutputStream listener,
      @Nullable Relay relay,
      @Nullable Consumer<byte[]> attendant) {
    this.pipe = pipe;
    this.attendant = attendant;
    this.relay = relay;
    this.limitBytes = limitBytes;
    this.listenerThread =
        listener == null ? null : new Thread(() -> pass(listener), "stockade-output");
    if (listenerThread != null) {
      listenerThread.setDaemon(true);
      listenerThread.start();
    }
  }

  /** One of a stream that nobody can write to. */
  static Capture ofNothing() {
    Fd[] ends = Sys.pipe();
    ends[1].close();
    return new Capture(ends[0], 0, null);
  }

  Fd pipe() {
    return pipe;
  }

  boolean isEnded() {
    return ended;
  }

  boolean isOverLimit() {
    return total > limitBytes;
  }

  long total() {
    return total;
  }

  /** Whether a listener may have heard something already. */
  boolean hasPassedOn() {
    return listenerThread != null && total > 0;
  }

  byte[] kept() {
    return kept.toByteArray();
  }

  /** Reads once what the pipe has; to be called when it may be readable or has ended. */
  void read(NativeBuffer buffer) {
    int count = readPipe(buffer);
    if (count == 0) {
      ended = true;
      if (relay != null) {
        relay.end();
      }
      return;
    }
    if (count < 0) {
      return; // the program has read it before us
    }
    total += count;
    int room = (int) Math.min(count, limitBytes - kept.size());
    if (room > 0) {
      byte[] bytes = new byte[room];
      buffer.get(bytes, 0, room);
      kept.writeBytes(bytes);
      if (relay != null) {
        relay.pass(bytes);
      }
      if (attendant != null) {
        attendant.accept(bytes);
      }
      if (listenerThread != null) {
        forListener.add(bytes);
      }
    }
  }

  /** read(2); what a terminal says that nobody has open any more is its end, EIO. */
  private int readPipe(NativeBuffer buffer) {
    try {
      return Sys.read(pipe, buffer, buffer.length());
    } catch (SystemCallException e) {
      if (!e.is(Errno.EIO)) {
        throw e;
      }
      return 0;
    }
  }

  /** Reads no more: who goes on writing gets SIGPIPE. */
  void abandon() {
    ended = true;
    pipe.close();
  }

  private void pass(OutputStream listener) {
    try {
      for (byte[] bytes = forListener.take(); bytes != LAST; bytes = forListener.take()) {
        listener.write(bytes);
        listener.flush();
      }
    } catch (IOException | RuntimeException e) {
      // Whoever listened has gone; the result still has every byte that was to be passed on.
      forListener.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes the pipe and waits until the listener has everything. */
  @Override
  public void close() {
    pipe.close();
    if (listenerThread != null) {
      forListener.add(LAST);
      try {
        listenerThread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
