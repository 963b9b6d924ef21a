package dev.stockade.core.seccomp;

/** What the operations of {@link BpfOpcode} on 32-bit unsigned words give. */
final class BpfArithmetic {
  private BpfArithmetic() {}

  /** Whether a conditional jump is taken to its true side. */
  static boolean holds(BpfOpcode opcode, int a, int operand) {
    return switch (opcode) {
      case JEQ_K, JEQ_X -> a == operand;
      case JGT_K, JGT_X -> Integer.compareUnsigned(a, operand) > 0;
      case JGE_K, JGE_X -> Integer.compareUnsigned(a, operand) >= 0;
      case JSET_K, JSET_X -> (a & operand) != 0;
      default -> throw new IllegalStateException(opcode + " is not a conditional jump");
    };
  }

  /**
   * The new A. Shifts take the low five bits of the operand, division by 0 is the caller's care.
   */
  static int calculate(BpfOpcode opcode, int a, int operand) {
    return switch (opcode) {
      case ADD_K, ADD_X -> a + operand;
      case SUB_K, SUB_X -> a - operand;
      case MUL_K, MUL_X -> a * operand;
      case DIV_K, DIV_X -> Integer.divideUnsigned(a, operand);
      case AND_K, AND_X -> a & operand;
      case OR_K, OR_X -> a | operand;
      case XOR_K, XOR_X -> a ^ operand;
      case LSH_K, LSH_X -> a << operand;
      case RSH_K, RSH_X -> a >>> operand;
      case NEG -> -a;
      default -> throw new IllegalStateException(opcode + " calculates nothing");
    };
  }
}
