package dev.stockade.core.executor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A static ELF-64 executable of one read-and-execute segment and a non-executable stack, see
 * elf(5).
 *
 * <p>{@code Elf64_Ehdr} (64 bytes), two {@code Elf64_Phdr} (56 bytes each), then the code.
 */
final class ElfImage {
  private static final long BASE = 0x40_0000L;
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int TEXT = HEADER + 2 * PROGRAM_HEADER;
  private static final int PT_LOAD = 1;
  private static final int PT_GNU_STACK = 0x6474e551;
  private static final int PF_X = 1;
  private static final int PF_W = 2;
  private static final int PF_R = 4;
  private static final short ET_EXEC = 2;

  private ElfImage() {}

  static byte[] of(ExecutorCode code) {
    byte[] text = code.text();
    int length = TEXT + text.length;
    ByteBuffer elf = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort(ET_EXEC).putShort((short) code.elfMachine()).putInt(1);
    elf.putLong(BASE + TEXT).putLong(HEADER).putLong(0).putInt(0);
    elf.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 2);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    segment(elf, PT_LOAD, PF_R | PF_X, BASE, length, 0x1000);
    segment(elf, PT_GNU_STACK, PF_R | PF_W, 0, 0, 16);
    return elf.put(text).array();
  }

  private static void segment(
      ByteBuffer elf, int type, int flags, long address, long length, long alignment) {
    elf.putInt(type).putInt(flags).putLong(0).putLong(address).putLong(address);
    elf.putLong(length).putLong(length).putLong(alignment);
  }
}
