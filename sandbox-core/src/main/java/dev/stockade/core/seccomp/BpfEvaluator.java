package dev.stockade.core.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Runs a filter as the kernel would, on a system call that nobody makes.
 *
 * <p>A program that the kernel would refuse is refused here with the reason: {@code
 * bpf_check_classic} and {@code seccomp_check_filter} in the kernel's source, see {@link
 * BpfVerifier}.
 */
public final class BpfEvaluator {
  /** What the kernel returns for a filter that divides by an X of 0: SECCOMP_RET_KILL_THREAD. */
  static final int DIVISION_BY_ZERO = 0;

  private final List<BpfInstruction> program;

  /**
   * @throws IllegalArgumentException when the kernel would not install the program
   */
  public BpfEvaluator(BpfProgram program) {
    this.program = BpfInstruction.decode(program);
    BpfVerifier.verify(this.program);
  }

  /** What the filter does with a call. */
  public SeccompAction evaluate(SeccompData call) {
    return SeccompAction.ofReturnValue(new Machine(call).run(program));
  }

  /** Registers and memory of one run. */
  private static final class Machine {
    private final ByteBuffer data;
    private final int[] memory = new int[BpfOpcode.MEMORY_WORDS];
    private int a;
    private int x;

    Machine(SeccompData call) {
      data = ByteBuffer.allocate(SeccompData.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      data.putInt(SeccompData.NR_OFFSET, call.number());
      data.putInt(SeccompData.ARCH_OFFSET, call.architecture());
      data.putLong(SeccompData.INSTRUCTION_POINTER_OFFSET, call.instructionPointer());
      for (int i = 0; i < call.arguments().size(); i++) {
        data.putLong(SeccompData.ARGUMENTS_OFFSET + i * Long.BYTES, call.arguments().get(i));
      }
    }

    int run(List<BpfInstruction> program) {
      int pc = 0;
      while (true) {
        BpfInstruction at = program.get(pc);
        pc++;
        BpfOpcode opcode = BpfOpcode.of(at.code());
        int operand = opcode.takesX() ? x : at.k();
        switch (opcode) {
          case RET_K -> {
            return at.k();
          }
          case RET_A -> {
            return a;
          }
          case JA -> pc += at.k();
          case JEQ_K, JEQ_X, JGT_K, JGT_X, JGE_K, JGE_X, JSET_K, JSET_X ->
              pc += BpfArithmetic.holds(opcode, a, operand) ? at.jt() : at.jf();
          case DIV_X -> {
            if (x == 0) {
              return DIVISION_BY_ZERO;
            }
            a = BpfArithmetic.calculate(opcode, a, x);
          }
          case LD_ABS -> a = data.getInt(at.k());
          case LD_LEN -> a = SeccompData.BYTES;
          case LD_IMM -> a = at.k();
          case LD_MEM -> a = memory[at.k()];
          case LDX_LEN -> x = SeccompData.BYTES;
          case LDX_IMM -> x = at.k();
          case LDX_MEM -> x = memory[at.k()];
          case ST -> memory[at.k()] = a;
          case STX -> memory[at.k()] = x;
          case TAX -> x = a;
          case TXA -> a = x;
          default -> a = BpfArithmetic.calculate(opcode, a, operand);
        }
      }
    }
  }
}
