package dev.stockade.core.executor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jnr.x86asm.Assembler;

/**
 * x86-64 instructions in a row, each encoded by jnr-x86asm.
 *
 * <p>jnr-x86asm 1.0.2 has no {@code syscall} instruction, no public way to bind a label, and an
 * internal buffer that overflows at 256 bytes. So each instruction has an assembler of its own, and
 * the 32-bit displacements of jumps are filled in here.
 */
final class X86CodeBuffer {
  private static final int DISPLACEMENT = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Jump> jumps = new ArrayList<>();

  /** A place that jumps go to. */
  static final class Target {
    private int place = -1;
  }

  private record Jump(int end, Target target) {}

  /** Appends one instruction. */
  void emit(Consumer<Assembler> instruction) {
    Assembler asm = new Assembler(Assembler.X86_64);
    instruction.accept(asm);
    for (int i = 0; i < asm.offset(); i++) {
      bytes.write(asm.getByteAt(i));
    }
  }

  /** Appends a jump, given with any label, to a target. */
  void jump(Target target, Consumer<Assembler> instruction) {
    emit(instruction);
    jumps.add(new Jump(bytes.size(), target));
  }

  /** Appends {@code syscall}, 0F 05. */
  void syscall() {
    raw(0x0F, 0x05);
  }

  /** Appends an instruction of two bytes. */
  void raw(int first, int second) {
    bytes.write(first);
    bytes.write(second);
  }

  /** The target is what comes next. */
  void bind(Target target) {
    target.place = bytes.size();
  }

  byte[] bytes() {
    ByteBuffer code = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    for (Jump jump : jumps) {
      code.putInt(jump.end() - DISPLACEMENT, jump.target().place - jump.end());
    }
    return code.array();
  }
}
