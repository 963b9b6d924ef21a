package dev.stockade.core.host;

import dev.stockade.core.linux.LibC;
import dev.stockade.core.linux.SyscallTable;
import jnr.ffi.LastError;

/** {@link HostCalls} for real, through syscall(2). */
final class LibcCalls implements HostCalls {
  @Override
  public long call(String name, long a, long b, long c, long d) {
    long result = LibC.INSTANCE.syscall(SyscallTable.X86_64.number(name), a, b, c, d);
    return result == -1 ? -LastError.getLastError(LibC.RUNTIME) : result;
  }
}
