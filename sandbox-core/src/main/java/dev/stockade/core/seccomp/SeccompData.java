package dev.stockade.core.seccomp;

import java.util.List;

/**
 * What a filter sees of a system call.
 *
 * <pre>
 * struct seccomp_data {          // linux/seccomp.h
 *   int   nr;                    // 0
 *   __u32 arch;                  // 4   AUDIT_ARCH_*
 *   __u64 instruction_pointer;   // 8
 *   __u64 args[6];               // 16
 * };                             // 64 bytes
 * </pre>
 *
 * @param number of the system call, with the x32 bit where it has one
 * @param architecture {@code AUDIT_ARCH_*}
 * @param instructionPointer of the caller
 * @param arguments six words
 */
public record SeccompData(
    int number, int architecture, long instructionPointer, List<Long> arguments) {
  /** The 64-bit entry, also used for x32. */
  public static final int AUDIT_ARCH_X86_64 = 0xc000_003e;

  /** {@code int 0x80} and the compatibility {@code sysenter}. */
  public static final int AUDIT_ARCH_I386 = 0x4000_0003;

  /** Set in the number of a call that comes through the x32 entry. */
  public static final int X32_SYSCALL_BIT = 0x4000_0000;

  static final int BYTES = 64;
  static final int NR_OFFSET = 0;
  static final int ARCH_OFFSET = 4;
  static final int INSTRUCTION_POINTER_OFFSET = 8;
  static final int ARGUMENTS_OFFSET = 16;

  private static final int ARGUMENTS = 6;

  public SeccompData {
    arguments = List.copyOf(arguments);
    if (arguments.size() != ARGUMENTS) {
      throw new IllegalArgumentException("a call has six argument words: " + arguments);
    }
  }

  /** A call through the 64-bit entry; arguments that are not given are 0. */
  public static SeccompData x86_64(int number, long... arguments) {
    Long[] words = new Long[ARGUMENTS];
    for (int i = 0; i < ARGUMENTS; i++) {
      words[i] = i < arguments.length ? arguments[i] : 0L;
    }
    return new SeccompData(number, AUDIT_ARCH_X86_64, 0, List.of(words));
  }
}
