package dev.stockade.core.seccomp;

import dev.stockade.core.linux.SyscallTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Filters as text, one instruction a line, in the notation of the kernel's bpf_asm. */
public final class BpfDisassembler {
  private static final int NOT_REACHED = -2;
  private static final int NO_FIELD = -1;

  private final List<BpfInstruction> program;

  /** The offset in {@code seccomp_data} whose word A holds before each instruction. */
  private final int[] fieldInA;

  private BpfDisassembler(List<BpfInstruction> program) {
    this.program = program;
    this.fieldInA = new int[program.size()];
  }

  /**
   * The lines, numbered as the targets of jumps; a comment names the field, call or action.
   *
   * @throws IllegalArgumentException when the kernel would not install the program
   */
  public static List<String> disassemble(BpfProgram program) {
    List<BpfInstruction> instructions = BpfInstruction.decode(program);
    BpfVerifier.verify(instructions);
    BpfDisassembler disassembler = new BpfDisassembler(instructions);
    disassembler.findFieldsInA();
    List<String> lines = new ArrayList<>();
    for (int pc = 0; pc < instructions.size(); pc++) {
      lines.add(disassembler.line(pc));
    }
    return lines;
  }

  /** Jumps only lead forward, so that one pass sees every way to an instruction before it. */
  private void findFieldsInA() {
    Arrays.fill(fieldInA, NOT_REACHED);
    fieldInA[0] = NO_FIELD;
    for (int pc = 0; pc < program.size(); pc++) {
      BpfInstruction at = program.get(pc);
      BpfOpcode opcode = BpfOpcode.of(at.code());
      int field = fieldInA[pc];
      switch (opcode) {
        case LD_ABS -> reach(pc + 1, at.k());
        case JA -> reach(pc + 1 + at.k(), field);
        case ST, STX, TAX, LDX_IMM, LDX_LEN, LDX_MEM -> reach(pc + 1, field);
        case RET_K, RET_A -> {}
        default -> {
          if (opcode.isConditionalJump()) {
            reach(pc + 1 + at.jt(), field);
            reach(pc + 1 + at.jf(), field);
          } else {
            reach(pc + 1, NO_FIELD);
          }
        }
      }
    }
  }

  private void reach(int pc, int field) {
    fieldInA[pc] = fieldInA[pc] == NOT_REACHED || fieldInA[pc] == field ? field : NO_FIELD;
  }

  private String line(int pc) {
    BpfInstruction at = program.get(pc);
    BpfOpcode opcode = BpfOpcode.of(at.code());
    String text =
        opcode
            .pattern()
            .replace("%k", number(opcode, at.k()))
            .replace("%t", String.valueOf(pc + 1 + at.jt()))
            .replace("%f", String.valueOf(pc + 1 + at.jf()))
            .replace("%j", String.valueOf(pc + 1L + Integer.toUnsignedLong(at.k())))
            .replace("%r", "#0x" + Integer.toHexString(at.k()));
    String comment = comment(opcode, pc, at.k());
    return comment.isEmpty()
        ? String.format(Locale.ROOT, "%4d: %s", pc, text)
        : String.format(Locale.ROOT, "%4d: %-28s ; %s", pc, text, comment);
  }

  private static String number(BpfOpcode opcode, int k) {
    return switch (opcode) {
      case LD_ABS, LD_MEM, LDX_MEM, ST, STX -> String.valueOf(k);
      default -> "0x" + Integer.toHexString(k);
    };
  }

  private String comment(BpfOpcode opcode, int pc, int k) {
    return switch (opcode) {
      case LD_ABS -> field(k);
      case RET_K -> SeccompAction.ofReturnValue(k).toString();
      case JEQ_K, JGT_K, JGE_K -> constant(fieldInA[pc], k);
      default -> "";
    };
  }

  private static String constant(int field, int k) {
    return switch (field) {
      case SeccompData.NR_OFFSET ->
          k == SeccompData.X32_SYSCALL_BIT ? "x32" : SyscallTable.X86_64.name(k);
      case SeccompData.ARCH_OFFSET -> k == SeccompData.AUDIT_ARCH_X86_64 ? "AUDIT_ARCH_X86_64" : "";
      default -> "";
    };
  }

  private static String field(int offset) {
    return switch (offset) {
      case SeccompData.NR_OFFSET -> "nr";
      case SeccompData.ARCH_OFFSET -> "arch";
      case SeccompData.INSTRUCTION_POINTER_OFFSET -> "instruction_pointer, low half";
      case SeccompData.INSTRUCTION_POINTER_OFFSET + 4 -> "instruction_pointer, high half";
      default -> {
        int inArguments = offset - SeccompData.ARGUMENTS_OFFSET;
        yield "args["
            + inArguments / Long.BYTES
            + (inArguments % Long.BYTES == 0 ? "], low half" : "], high half");
      }
    };
  }
}
