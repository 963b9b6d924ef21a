package dev.stockade.core.host;

import dev.stockade.core.linux.Sys;

/** {@link HostCalls} for real, through syscall(2). */
final class LibcCalls implements HostCalls {
  @Override
  public long call(String name, long a, long b, long c, long d) {
    return Sys.call(name, a, b, c, d);
  }
}
