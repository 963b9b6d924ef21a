package dev.stockade.core.linux;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Memory that other processes may map as well: a memfd and our mapping of it. Thread-safe. */
public final class SharedMemory implements AutoCloseable {
  private final Fd fd;
  private final long length;
  private volatile @Nullable Pointer mapping;

  private SharedMemory(Fd fd, long length, Pointer mapping) {
    this.fd = fd;
    this.length = length;
    this.mapping = mapping;
  }

  /** Zeroed memory of so many bytes; pages that are never touched cost nothing. */
  public static SharedMemory create(String name, long length) {
    Fd fd = Memfd.create(name);
    try {
      Sys.truncate(fd, length);
      return new SharedMemory(fd, length, Sys.mapShared(fd, length));
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  public Fd fd() {
    return fd;
  }

  public void write(long offset, byte[] bytes) {
    open().put(offset, bytes, 0, bytes.length);
  }

  public long readLong(long offset) {
    return open().getLong(offset);
  }

  public byte[] read(long offset, int count) {
    byte[] bytes = new byte[count];
    open().get(offset, bytes, 0, count);
    return bytes;
  }

  private Pointer open() {
    Pointer open = mapping;
    if (open == null) {
      throw new IllegalStateException("this memory is unmapped");
    }
    return open;
  }

  /** Unmaps it; nobody may be reading or writing it at this moment. */
  @Override
  public synchronized void close() {
    Pointer open = mapping;
    if (open != null) {
      mapping = null;
      Sys.unmap(open, length);
      fd.close();
    }
  }
}
