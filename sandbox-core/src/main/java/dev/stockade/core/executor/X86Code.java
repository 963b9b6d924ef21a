package dev.stockade.core.executor;

import static jnr.x86asm.Asm.qword_ptr;
import static jnr.x86asm.Asm.r10;
import static jnr.x86asm.Asm.r8;
import static jnr.x86asm.Asm.r9;
import static jnr.x86asm.Asm.rax;
import static jnr.x86asm.Asm.rbx;
import static jnr.x86asm.Asm.rcx;
import static jnr.x86asm.Asm.rdi;
import static jnr.x86asm.Asm.rdx;
import static jnr.x86asm.Asm.rsi;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import java.util.List;
import jnr.x86asm.Immediate;
import jnr.x86asm.Label;
import jnr.x86asm.Mem;
import jnr.x86asm.Register;

/**
 * The executor for x86-64.
 *
 * <p>{@code rbx} points to the current step; no other register lives across steps and the stack is
 * never used, so that a child that shares memory with its parent (CLONE_VM) cannot disturb it.
 * System calls take their arguments in rdi, rsi, rdx, r10, r8, r9 and clobber rax, rcx and r11, see
 * syscall(2).
 */
class X86Code implements ExecutorCode {
  private static final int EM_X86_64 = 62;

  private static final List<Register> ARGUMENTS = List.of(rdi, rsi, rdx, r10, r8, r9);

  private final int fd;
  private final int flags;
  private final X86CodeBuffer code = new X86CodeBuffer();
  private final X86CodeBuffer.Target next = new X86CodeBuffer.Target();
  private final X86CodeBuffer.Target advance = new X86CodeBuffer.Target();
  private final X86CodeBuffer.Target judge = new X86CodeBuffer.Target();
  private final X86CodeBuffer.Target fail = new X86CodeBuffer.Target();
  private final X86CodeBuffer.Target failNegative = new X86CodeBuffer.Target();
  private final X86CodeBuffer.Target die = new X86CodeBuffer.Target();

  /**
   * @param fd the descriptor that is mapped, with the plan at its beginning
   * @param flags of that mmap(2)
   */
  X86Code(int fd, int flags) {
    this.fd = fd;
    this.flags = flags;
  }

  @Override
  public int elfMachine() {
    return EM_X86_64;
  }

  @Override
  public byte[] text() {
    X86CodeBuffer.Target spawn = new X86CodeBuffer.Target();
    X86CodeBuffer.Target reap = new X86CodeBuffer.Target();
    X86CodeBuffer.Target end = new X86CodeBuffer.Target();
    start();
    code.bind(next);
    code.emit(asm -> asm.mov(rax, step(Layout.OPERATION)));
    code.emit(asm -> asm.cmp(rax, imm(Layout.OP_SPAWN)));
    code.jump(spawn, asm -> asm.je(new Label(), 0));
    code.emit(asm -> asm.cmp(rax, imm(Layout.OP_REAP)));
    code.jump(reap, asm -> asm.je(new Label(), 0));
    code.emit(asm -> asm.cmp(rax, imm(Layout.OP_END)));
    code.jump(end, asm -> asm.je(new Label(), 0));
    call();
    failure();
    code.bind(advance);
    code.emit(asm -> asm.add(rbx, imm(Layout.STEP_SIZE)));
    code.jump(next, asm -> asm.jmp(new Label()));
    code.bind(spawn);
    spawn();
    code.bind(reap);
    reap();
    code.bind(end);
    code.emit(asm -> asm.mov(rcx, step(Layout.END_TARGET)));
    code.emit(asm -> asm.mov(rbx, qword_ptr(rcx, 0)));
    code.jump(next, asm -> asm.jmp(new Label()));
    return code.bytes();
  }

  /** Maps the memory with the plan and goes to its first step. */
  private void start() {
    code.emit(asm -> asm.mov(rax, imm(SyscallTable.X86_64.number("mmap"))));
    code.emit(asm -> asm.mov(rdi, imm(Layout.ARENA_ADDRESS)));
    code.emit(asm -> asm.mov(rsi, imm(Layout.ARENA_SIZE)));
    code.emit(asm -> asm.mov(rdx, imm(Constants.PROT_READ | Constants.PROT_WRITE)));
    code.emit(asm -> asm.mov(r10, imm(flags)));
    code.emit(asm -> asm.mov(r8, imm(fd)));
    code.emit(asm -> asm.mov(r9, imm(0)));
    code.syscall();
    code.emit(asm -> asm.mov(rbx, rdi));
    code.emit(asm -> asm.cmp(rax, rbx));
    code.jump(die, asm -> asm.jne(new Label(), 0));
  }

  private void call() {
    ARGUMENTS.forEach(this::loadArgument);
    code.emit(asm -> asm.mov(rax, step(Layout.NUMBER)));
    enterKernel(code);
    code.emit(asm -> asm.mov(rcx, step(Layout.RESULT)));
    code.emit(asm -> asm.mov(qword_ptr(rcx, 0), rax));
    code.emit(asm -> asm.cmp(rax, step(Layout.AT_LEAST)));
    code.jump(advance, asm -> asm.jge(new Label(), 0));
    code.bind(judge);
    code.emit(asm -> asm.mov(rdx, step(Layout.TOLERATED)));
    code.emit(asm -> asm.cmp(rdx, imm(-1)));
    code.jump(advance, asm -> asm.je(new Label(), 0));
    code.emit(asm -> asm.neg(rax));
    X86CodeBuffer.Target isErrno = new X86CodeBuffer.Target();
    code.jump(isErrno, asm -> asm.jns(new Label(), 0));
    code.emit(asm -> asm.mov(rax, imm(0))); // a result that is too small has no errno
    code.bind(isErrno);
    code.emit(asm -> asm.cmp(rax, imm(63)));
    code.jump(fail, asm -> asm.ja(new Label(), 0));
    code.emit(asm -> asm.bt(rdx, rax));
    code.jump(advance, asm -> asm.jc(new Label(), 0));
  }

  /** Makes the call whose number and arguments are loaded; tests have another entry as well. */
  void enterKernel(X86CodeBuffer out) {
    out.syscall();
  }

  private void loadArgument(Register register) {
    Mem address = step(Layout.ARGUMENTS + 8 * ARGUMENTS.indexOf(register));
    code.emit(asm -> asm.mov(register, address));
    code.emit(asm -> asm.mov(register, qword_ptr(register, 0)));
  }

  /** Stores {@code failure | errno} in the mailbox and exits. */
  private void failure() {
    code.bind(fail);
    code.emit(asm -> asm.or_(rax, step(Layout.FAILURE)));
    code.emit(asm -> asm.mov(rcx, step(Layout.MAILBOX)));
    code.emit(asm -> asm.mov(qword_ptr(rcx, 0), rax));
    code.bind(die);
    code.emit(asm -> asm.mov(rax, imm(SyscallTable.X86_64.number("exit_group"))));
    code.emit(asm -> asm.mov(rdi, imm(Layout.FAILED_STATUS)));
    code.syscall();
    code.bind(failNegative);
    code.emit(asm -> asm.neg(rax));
    code.jump(fail, asm -> asm.jmp(new Label()));
  }

  private void spawn() {
    ARGUMENTS.subList(0, 2).forEach(this::loadArgument);
    code.emit(asm -> asm.mov(rax, step(Layout.NUMBER)));
    code.syscall();
    X86CodeBuffer.Target child = new X86CodeBuffer.Target();
    code.emit(asm -> asm.cmp(rax, imm(0)));
    code.jump(child, asm -> asm.je(new Label(), 0));
    code.jump(failNegative, asm -> asm.js(new Label(), 0));
    code.emit(asm -> asm.mov(rcx, step(Layout.RESULT)));
    code.emit(asm -> asm.mov(qword_ptr(rcx, 0), rax));
    code.jump(advance, asm -> asm.jmp(new Label()));
    code.bind(child);
    code.emit(asm -> asm.mov(rbx, step(Layout.CHILD)));
    code.jump(next, asm -> asm.jmp(new Label()));
  }

  private void reap() {
    X86CodeBuffer.Target again = new X86CodeBuffer.Target();
    code.bind(again);
    code.emit(asm -> asm.mov(rdi, imm(-1)));
    code.emit(asm -> asm.mov(rsi, step(Layout.REAP_STATUS)));
    code.emit(asm -> asm.mov(rdx, imm(Constants.WALL)));
    code.emit(asm -> asm.mov(r10, step(Layout.REAP_USAGE)));
    code.emit(asm -> asm.mov(rax, imm(SyscallTable.X86_64.number("wait4"))));
    code.syscall();
    code.emit(asm -> asm.mov(rcx, step(Layout.REAP_PID)));
    code.emit(asm -> asm.cmp(rax, qword_ptr(rcx, 0)));
    code.jump(advance, asm -> asm.je(new Label(), 0));
    code.emit(asm -> asm.cmp(rax, imm(-Errno.EINTR.number())));
    code.jump(again, asm -> asm.je(new Label(), 0));
    code.emit(asm -> asm.cmp(rax, imm(0)));
    code.jump(again, asm -> asm.jge(new Label(), 0));
    code.jump(judge, asm -> asm.jmp(new Label()));
  }

  static Mem step(int offset) {
    return qword_ptr(rbx, offset);
  }

  static Immediate imm(long value) {
    return Immediate.imm(value);
  }
}
