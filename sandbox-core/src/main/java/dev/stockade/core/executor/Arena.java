package dev.stockade.core.executor;

import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.SharedMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory that the server shares with one zygote and its jobs' inits; addresses are the
 * executor's.
 *
 * <p>It has as many owners as processes whose results are still wanted: a zygote may end while a
 * job of it runs. It goes when the last owner has closed it.
 */
public final class Arena implements AutoCloseable {
  private final SharedMemory memory;
  private int owners = 1;

  private Arena(SharedMemory memory) {
    this.memory = memory;
  }

  public static Arena create() {
    return new Arena(SharedMemory.create("stockade-arena", Layout.ARENA_SIZE));
  }

  /** The memfd, for the executor. */
  public Fd fd() {
    return memory.fd();
  }

  public void write(Program program) {
    memory.write(offset(program.address()), program.bytes());
  }

  /** Writes a word that a plan will load or point to. */
  public void write(long address, long word) {
    memory.write(
        offset(address),
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(word).array());
  }

  /** The word at an address of the executor's. */
  public long read(long address) {
    return memory.readLong(offset(address));
  }

  /** Bytes at an address of the executor's. */
  public byte[] readBytes(long address, int length) {
    return memory.read(offset(address), length);
  }

  private static long offset(long address) {
    long offset = address - Layout.ARENA_ADDRESS;
    if (offset < 0 || offset >= Layout.ARENA_SIZE) {
      throw new IllegalArgumentException("not in the arena: 0x" + Long.toHexString(address));
    }
    return offset;
  }

  /** Adds an owner, who closes it as well. */
  public synchronized void share() {
    if (owners == 0) {
      throw new IllegalStateException("this arena is closed");
    }
    owners++;
  }

  @Override
  public synchronized void close() {
    if (owners == 0) {
      throw new IllegalStateException("this arena has no owner left");
    }
    owners--;
    if (owners == 0) {
      memory.close();
    }
  }
}
