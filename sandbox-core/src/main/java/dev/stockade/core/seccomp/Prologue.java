package dev.stockade.core.seccomp;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The instructions put before what libseccomp makes: a call newer than our table answers ENOSYS.
 *
 * <p>No rule can name such a call, so the default errno would answer it; but a C library that meets
 * EPERM from a call it has just learnt to use gives up, while ENOSYS is what an older kernel says
 * and makes it fall back. Everything else, other architectures and x32 included, goes on to
 * libseccomp's part unchanged.
 */
final class Prologue {
  private Prologue() {}

  static BpfProgram before(BpfProgram program) {
    int newest = Collections.max(SyscallTable.X86_64.numbers().values());
    int noSuchCall = SeccompAction.errno(Errno.ENOSYS.number()).returnValue();
    List<BpfInstruction> all =
        new ArrayList<>(
            List.of(
                new BpfInstruction(BpfOpcode.LD_ABS.code(), 0, 0, SeccompData.ARCH_OFFSET),
                new BpfInstruction(BpfOpcode.JEQ_K.code(), 0, 4, SeccompData.AUDIT_ARCH_X86_64),
                new BpfInstruction(BpfOpcode.LD_ABS.code(), 0, 0, SeccompData.NR_OFFSET),
                new BpfInstruction(BpfOpcode.JGE_K.code(), 2, 0, SeccompData.X32_SYSCALL_BIT),
                new BpfInstruction(BpfOpcode.JGT_K.code(), 0, 1, newest),
                new BpfInstruction(BpfOpcode.RET_K.code(), 0, 0, noSuchCall)));
    all.addAll(BpfInstruction.decode(program));
    return BpfInstruction.encode(all);
  }
}
