package dev.stockade.core.linux;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Native memory with one owner, who frees it: calloc(3) and free(3).
 *
 * <p>Not left to the garbage collector, which knows nothing of the size of what it would free. Used
 * by one thread at a time.
 */
public final class NativeBuffer implements AutoCloseable {
  private final int length;
  private @Nullable Pointer memory;

  private NativeBuffer(int length, Pointer memory) {
    this.length = length;
    this.memory = memory;
  }

  /** Zeroed memory of so many bytes, 1 or more. */
  public static NativeBuffer allocate(int length) {
    Pointer memory = LibC.INSTANCE.calloc(1, length);
    if (memory == null) {
      throw Sys.failure("calloc(" + length + ")");
    }
    return new NativeBuffer(length, Pointer.wrap(LibC.RUNTIME, memory.address(), length));
  }

  public int length() {
    return length;
  }

  /** Copies the first bytes out. */
  public void get(byte[] to, int offset, int count) {
    pointer().get(0, to, offset, count);
  }

  /** Copies bytes to the beginning. */
  public void put(byte[] from, int offset, int count) {
    pointer().put(0, from, offset, count);
  }

  /** The memory, its bounds checked, while open. */
  Pointer pointer() {
    if (memory == null) {
      throw new IllegalStateException("this buffer is freed");
    }
    return memory;
  }

  @Override
  public void close() {
    if (memory != null) {
      LibC.INSTANCE.free(memory);
      memory = null;
    }
  }
}
