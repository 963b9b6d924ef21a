package dev.stockade.core.executor;

import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Sys;
import jnr.ffi.Pointer;

/**
 * The memory that the server shares with one zygote and its jobs' inits; addresses are the
 * executor's.
 */
public final class Arena implements AutoCloseable {
  private final Fd fd;
  private final Pointer memory;

  private Arena(Fd fd, Pointer memory) {
    this.fd = fd;
    this.memory = memory;
  }

  public static Arena create() {
    Fd fd = Sys.memfd("stockade-arena");
    Sys.truncate(fd, Layout.ARENA_SIZE);
    return new Arena(fd, Sys.mapShared(fd, Layout.ARENA_SIZE));
  }

  /** The memfd, for the executor. */
  public Fd fd() {
    return fd;
  }

  public void write(Program program) {
    memory.put(offset(program.address()), program.bytes(), 0, program.bytes().length);
  }

  /** The word at an address of the executor's. */
  public long read(long address) {
    return memory.getLong(offset(address));
  }

  /** Bytes at an address of the executor's. */
  public byte[] readBytes(long address, int length) {
    byte[] bytes = new byte[length];
    memory.get(offset(address), bytes, 0, length);
    return bytes;
  }

  private static long offset(long address) {
    long offset = address - Layout.ARENA_ADDRESS;
    if (offset < 0 || offset >= Layout.ARENA_SIZE) {
      throw new IllegalArgumentException("not in the arena: 0x" + Long.toHexString(address));
    }
    return offset;
  }

  @Override
  public void close() {
    Sys.unmap(memory, Layout.ARENA_SIZE);
    fd.close();
  }
}
