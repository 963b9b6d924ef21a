package dev.stockade.core.seccomp;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations that seccomp takes: the list in {@code seccomp_check_filter()} of the kernel's
 * {@code kernel/seccomp.c}. Packet loads and MOD are not on it.
 */
enum BpfOpcode {
  /** {@code A = *(u32 *)(seccomp_data + k)}. */
  LD_ABS(0x20, "ld [%k]"),
  LD_LEN(0x80, "ld len"),
  LDX_LEN(0x81, "ldx len"),
  LD_IMM(0x00, "ld #%k"),
  LDX_IMM(0x01, "ldx #%k"),
  LD_MEM(0x60, "ld M[%k]"),
  LDX_MEM(0x61, "ldx M[%k]"),
  ST(0x02, "st M[%k]"),
  STX(0x03, "stx M[%k]"),
  ADD_K(0x04, "add #%k"),
  ADD_X(0x0c, "add x"),
  SUB_K(0x14, "sub #%k"),
  SUB_X(0x1c, "sub x"),
  MUL_K(0x24, "mul #%k"),
  MUL_X(0x2c, "mul x"),
  DIV_K(0x34, "div #%k"),
  DIV_X(0x3c, "div x"),
  OR_K(0x44, "or #%k"),
  OR_X(0x4c, "or x"),
  AND_K(0x54, "and #%k"),
  AND_X(0x5c, "and x"),
  LSH_K(0x64, "lsh #%k"),
  LSH_X(0x6c, "lsh x"),
  RSH_K(0x74, "rsh #%k"),
  RSH_X(0x7c, "rsh x"),
  NEG(0x84, "neg"),
  XOR_K(0xa4, "xor #%k"),
  XOR_X(0xac, "xor x"),
  JA(0x05, "ja %j"),
  JEQ_K(0x15, "jeq #%k, %t, %f"),
  JEQ_X(0x1d, "jeq x, %t, %f"),
  JGT_K(0x25, "jgt #%k, %t, %f"),
  JGT_X(0x2d, "jgt x, %t, %f"),
  JGE_K(0x35, "jge #%k, %t, %f"),
  JGE_X(0x3d, "jge x, %t, %f"),
  JSET_K(0x45, "jset #%k, %t, %f"),
  JSET_X(0x4d, "jset x, %t, %f"),
  RET_K(0x06, "ret %r"),
  RET_A(0x16, "ret a"),
  TAX(0x07, "tax"),
  TXA(0x87, "txa");

  /** BPF_MEMWORDS. */
  static final int MEMORY_WORDS = 16;

  private static final Map<Integer, BpfOpcode> BY_CODE = new HashMap<>();

  static {
    for (BpfOpcode opcode : values()) {
      BY_CODE.put(opcode.code, opcode);
    }
  }

  private final int code;
  private final String pattern;

  BpfOpcode(int code, String pattern) {
    this.code = code;
    this.pattern = pattern;
  }

  int code() {
    return code;
  }

  /**
   * Text with {@code %k} for the operand, {@code %t}, {@code %f}, {@code %j} for targets of jumps
   * and {@code %r} for an action.
   */
  String pattern() {
    return pattern;
  }

  boolean isConditionalJump() {
    return pattern.contains("%t");
  }

  /** Whether the operand is X instead of the instruction's own number. */
  boolean takesX() {
    return name().endsWith("_X");
  }

  static @Nullable BpfOpcode find(int code) {
    return BY_CODE.get(code);
  }

  static BpfOpcode of(int code) {
    BpfOpcode opcode = find(code);
    if (opcode == null) {
      throw new IllegalStateException("no operation is 0x" + Integer.toHexString(code));
    }
    return opcode;
  }
}
