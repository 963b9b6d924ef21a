package dev.stockade.core.seccomp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The kernel's checks of a filter before it is installed: {@code bpf_check_classic()} and {@code
 * seccomp_check_filter()}.
 */
final class BpfVerifier {
  private static final int ALL_WORDS = (1 << BpfOpcode.MEMORY_WORDS) - 1;

  private final List<BpfInstruction> program;

  private BpfVerifier(List<BpfInstruction> program) {
    this.program = program;
  }

  /**
   * @throws IllegalArgumentException saying which instruction the kernel would refuse
   */
  static void verify(List<BpfInstruction> program) {
    BpfVerifier verifier = new BpfVerifier(program);
    if (program.size() > SeccompCompiler.MAX_INSTRUCTIONS) {
      throw new IllegalArgumentException(
          program.size() + " instructions, the kernel takes " + SeccompCompiler.MAX_INSTRUCTIONS);
    }
    for (int pc = 0; pc < program.size(); pc++) {
      verifier.verifyInstruction(pc);
    }
    BpfOpcode last = BpfOpcode.of(program.get(program.size() - 1).code());
    if (last != BpfOpcode.RET_K && last != BpfOpcode.RET_A) {
      throw verifier.refused(program.size() - 1, "the last instruction does not return");
    }
    verifier.verifyMemoryIsWrittenBeforeItIsRead();
  }

  private void verifyInstruction(int pc) {
    BpfInstruction at = program.get(pc);
    BpfOpcode opcode = BpfOpcode.find(at.code());
    if (opcode == null) {
      throw refused(pc, "seccomp has no operation 0x" + Integer.toHexString(at.code()));
    }
    switch (opcode) {
      case LD_ABS -> {
        if (Integer.compareUnsigned(at.k(), SeccompData.BYTES) >= 0 || (at.k() & 3) != 0) {
          throw refused(pc, "offset " + Integer.toUnsignedString(at.k()) + " is no word");
        }
      }
      case DIV_K -> require(at.k() != 0, pc, "division by 0");
      case LSH_K, RSH_K ->
          require(Integer.compareUnsigned(at.k(), Integer.SIZE) < 0, pc, "shift by 32 or more");
      case LD_MEM, LDX_MEM, ST, STX ->
          require(
              Integer.compareUnsigned(at.k(), BpfOpcode.MEMORY_WORDS) < 0,
              pc,
              "there are 16 words of memory");
      case JA ->
          require(
              Integer.toUnsignedLong(at.k()) < program.size() - pc - 1, pc, "jump past the end");
      default -> {
        if (opcode.isConditionalJump()) {
          require(pc + 1 + Math.max(at.jt(), at.jf()) < program.size(), pc, "jump past the end");
        }
      }
    }
  }

  /** {@code check_load_and_stores()}: on every path that leads there. */
  private void verifyMemoryIsWrittenBeforeItIsRead() {
    int[] writtenAt = new int[program.size()];
    Arrays.fill(writtenAt, ALL_WORDS);
    int written = 0;
    for (int pc = 0; pc < program.size(); pc++) {
      BpfInstruction at = program.get(pc);
      written &= writtenAt[pc];
      BpfOpcode opcode = BpfOpcode.of(at.code());
      switch (opcode) {
        case ST, STX -> written |= 1 << at.k();
        case LD_MEM, LDX_MEM ->
            require((written & 1 << at.k()) != 0, pc, "memory is read before it is written");
        case JA -> {
          writtenAt[pc + 1 + at.k()] &= written;
          written = ALL_WORDS;
        }
        default -> {
          if (opcode.isConditionalJump()) {
            writtenAt[pc + 1 + at.jt()] &= written;
            writtenAt[pc + 1 + at.jf()] &= written;
            written = ALL_WORDS;
          }
        }
      }
    }
  }

  private void require(boolean condition, int pc, String otherwise) {
    if (!condition) {
      throw refused(pc, otherwise);
    }
  }

  private IllegalArgumentException refused(int pc, String reason) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "instruction %d of %d: %s", pc, program.size(), reason));
  }
}
