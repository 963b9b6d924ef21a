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
        switch (opcode) {
          case RET_K -> {
            return at.k();
          }
          case RET_A -> {
            return a;
          }
          case JA -> pc += at.k();
          case JEQ_K, JGT_K, JGE_K, JSET_K -> pc += holds(opcode, at.k()) ? at.jt() : at.jf();
          case JEQ_X, JGT_X, JGE_X, JSET_X -> pc += holds(opcode, x) ? at.jt() : at.jf();
          case DIV_X -> {
            if (x == 0) {
              // The kernel ends the filter with 0, which is SECCOMP_RET_KILL_THREAD.
              return 0;
            }
            a = Integer.divideUnsigned(a, x);
          }
          default -> move(opcode, at.k());
        }
      }
    }

    private boolean holds(BpfOpcode opcode, int operand) {
      return switch (opcode) {
        case JEQ_K, JEQ_X -> a == operand;
        case JGT_K, JGT_X -> Integer.compareUnsigned(a, operand) > 0;
        case JGE_K, JGE_X -> Integer.compareUnsigned(a, operand) >= 0;
        case JSET_K, JSET_X -> (a & operand) != 0;
        default -> throw new IllegalStateException(opcode + " is not a conditional jump");
      };
    }

    private void move(BpfOpcode opcode, int k) {
      switch (opcode) {
        case LD_ABS -> a = data.getInt(k);
        case LD_LEN -> a = SeccompData.BYTES;
        case LD_IMM -> a = k;
        case LD_MEM -> a = memory[k];
        case LDX_LEN -> x = SeccompData.BYTES;
        case LDX_IMM -> x = k;
        case LDX_MEM -> x = memory[k];
        case ST -> memory[k] = a;
        case STX -> memory[k] = x;
        case TAX -> x = a;
        case TXA -> a = x;
        default -> a = calculate(opcode, k);
      }
    }

    /** Shifts take the low five bits of X, as the processor does. */
    @SuppressWarnings("BadShiftAmount") // Java's int shifts do the same.
    private int calculate(BpfOpcode opcode, int k) {
      return switch (opcode) {
        case ADD_K -> a + k;
        case ADD_X -> a + x;
        case SUB_K -> a - k;
        case SUB_X -> a - x;
        case MUL_K -> a * k;
        case MUL_X -> a * x;
        case DIV_K -> Integer.divideUnsigned(a, k);
        case AND_K -> a & k;
        case AND_X -> a & x;
        case OR_K -> a | k;
        case OR_X -> a | x;
        case XOR_K -> a ^ k;
        case XOR_X -> a ^ x;
        case LSH_K -> a << k;
        case LSH_X -> a << x;
        case RSH_K -> a >>> k;
        case RSH_X -> a >>> x;
        case NEG -> -a;
        default -> throw new IllegalStateException(opcode + " calculates nothing");
      };
    }
  }
}
