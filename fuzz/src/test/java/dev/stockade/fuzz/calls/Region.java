package dev.stockade.fuzz.calls;

import dev.stockade.core.executor.Layout;

/**
 * A piece of the fuzzed program's address space. What a list of calls does to memory on purpose it
 * does to {@link #PLAY}, above everything that the program itself needs.
 */
enum Region {
  /** Nothing is there: an address above page 0, below the program. */
  NOWHERE(0x1_0000L, 4096),
  /**
   * The results, shared with the file that is read back. Below 2^39, where User-Mode Linux ends. No
   * half of the address is a small number, such as calls find in {@link #SCRATCH}: no call writes
   * here by an address read at an odd place.
   */
  RESULTS(0x6b_5a30_0000L, 256 << 10),
  /** Code that a signal handler may point to. */
  HANDLER(0x6d_5a30_0000L, 4096),
  /** The plan itself, read-only by the time the calls are made. */
  PLAN(Layout.ARENA_ADDRESS, 4096),
  /** Readable and writable; nothing is mapped behind it. */
  SCRATCH(0x18_0000_0000L, 8 * 4096),
  /**
   * For mmap, munmap, mprotect and their like; nothing is mapped behind it: madvise(2) with a
   * length that goes on for ever takes whatever comes.
   */
  PLAY(0x70_0000_0000L, 64 * 4096);

  private final long address;
  private final int length;

  Region(long address, int length) {
    this.address = address;
    this.length = length;
  }

  long address() {
    return address;
  }

  int length() {
    return length;
  }
}
