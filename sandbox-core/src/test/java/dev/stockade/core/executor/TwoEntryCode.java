package dev.stockade.core.executor;

import static jnr.x86asm.Asm.r10;
import static jnr.x86asm.Asm.r12;
import static jnr.x86asm.Asm.r8;
import static jnr.x86asm.Asm.r9;
import static jnr.x86asm.Asm.rbp;
import static jnr.x86asm.Asm.rbx;
import static jnr.x86asm.Asm.rcx;
import static jnr.x86asm.Asm.rdi;
import static jnr.x86asm.Asm.rsi;

import dev.stockade.core.linux.Constants;
import jnr.x86asm.Label;

/**
 * The executor's code with a second way into the kernel: {@code int 0x80}, the i386 entry, for a
 * step whose word at {@link #ENTRY}, which means nothing otherwise, is not 0.
 *
 * <p>That entry takes ebx, ecx, edx, esi, edi and ebp, and keeps them, see syscall(2).
 */
final class TwoEntryCode extends X86Code {
  static final int ENTRY = 112;

  TwoEntryCode() {
    super(Layout.ARENA_FD, Constants.MAP_SHARED | Constants.MAP_FIXED_NOREPLACE);
  }

  @Override
  void enterKernel(X86CodeBuffer out) {
    X86CodeBuffer.Target i386 = new X86CodeBuffer.Target();
    X86CodeBuffer.Target done = new X86CodeBuffer.Target();
    out.emit(asm -> asm.mov(rcx, step(ENTRY)));
    out.emit(asm -> asm.cmp(rcx, imm(0)));
    out.jump(i386, asm -> asm.jne(new Label(), 0));
    out.syscall();
    out.jump(done, asm -> asm.jmp(new Label()));
    out.bind(i386);
    out.emit(asm -> asm.mov(r12, rbx));
    out.emit(asm -> asm.mov(rbx, rdi));
    out.emit(asm -> asm.mov(rcx, rsi));
    out.emit(asm -> asm.mov(rsi, r10));
    out.emit(asm -> asm.mov(rdi, r8));
    out.emit(asm -> asm.mov(rbp, r9));
    out.raw(0xCD, 0x80);
    out.emit(asm -> asm.mov(rbx, r12));
    out.bind(done);
  }
}
