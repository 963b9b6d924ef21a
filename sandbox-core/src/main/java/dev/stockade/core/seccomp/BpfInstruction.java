package dev.stockade.core.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One instruction of classic BPF.
 *
 * <pre>
 * struct sock_filter {   // linux/filter.h, little endian
 *   __u16 code;          // operation
 *   __u8  jt;            // instructions to skip when the test is true
 *   __u8  jf;            // … when it is false
 *   __u32 k;             // operand
 * };
 * </pre>
 *
 * @param code operation, 16 bits
 * @param jt 0 to 255
 * @param jf 0 to 255
 * @param k operand, unsigned where it is a number
 */
record BpfInstruction(int code, int jt, int jf, int k) {
  static final int BYTES = 8;

  static List<BpfInstruction> decode(BpfProgram program) {
    ByteBuffer in = ByteBuffer.wrap(program.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    List<BpfInstruction> instructions = new ArrayList<>(program.length());
    while (in.hasRemaining()) {
      int code = Short.toUnsignedInt(in.getShort());
      int jt = Byte.toUnsignedInt(in.get());
      int jf = Byte.toUnsignedInt(in.get());
      instructions.add(new BpfInstruction(code, jt, jf, in.getInt()));
    }
    return instructions;
  }

  static BpfProgram encode(List<BpfInstruction> instructions) {
    ByteBuffer out =
        ByteBuffer.allocate(instructions.size() * BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (BpfInstruction instruction : instructions) {
      out.putShort((short) instruction.code);
      out.put((byte) instruction.jt);
      out.put((byte) instruction.jf);
      out.putInt(instruction.k);
    }
    return new BpfProgram(out.array());
  }
}
