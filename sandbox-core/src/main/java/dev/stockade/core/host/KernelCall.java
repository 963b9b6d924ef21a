package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.KERNEL;

import dev.stockade.core.linux.Errno;

/**
 * Whether one system call is there and permitted, asked by a call whose arguments no kernel
 * accepts.
 */
final class KernelCall implements Probe {
  private final String name;
  private final String since;
  private final String use;
  private final long a;
  private final long b;
  private final long c;

  /**
   * @param since the first Linux release with it
   * @param use what we need it for
   * @param a first argument of a call that must fail, as are {@code b} and {@code c}
   */
  KernelCall(String name, String since, String use, long a, long b, long c) {
    this.name = name;
    this.since = since;
    this.use = use;
    this.a = a;
    this.b = b;
    this.c = c;
  }

  @Override
  public Finding look(Host host) {
    long result = host.calls().call(name, a, b, c, 0);
    if (result == -Errno.ENOSYS.number()) {
      boolean filtered = host.status().seccompMode() != 0;
      return Finding.missing(
          KERNEL,
          name,
          true,
          "ENOSYS: "
              + (filtered ? "the filter around us hides it, or the kernel lacks it" : "not there")
              + "; needed for "
              + use,
          filtered
              ? host.container().fix() + "; else boot Linux " + since + " or newer"
              : "boot Linux " + since + " or newer");
    }
    return Finding.ok(KERNEL, name, true, use);
  }
}
