package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.KERNEL;

/** Our machine code is started from a memfd, which a sysctl can forbid: memfd_create(2). */
final class ExecutableMemfd implements Probe {
  private static final String FEATURE = "programs in a memfd";
  private static final String KEY = "vm.memfd_noexec";

  /** Level 2 refuses {@code MFD_EXEC}; level 1 only changes what is meant by no flag. */
  private static final long REFUSED = 2;

  @Override
  public Finding look(Host host) {
    Long level = host.files().number("/proc/sys/vm/memfd_noexec");
    if (level == null || level < REFUSED) {
      return Finding.ok(
          KERNEL,
          FEATURE,
          true,
          level == null ? "this kernel has no switch to forbid them" : KEY + " is " + level);
    }
    return Finding.missing(KERNEL, FEATURE, true, KEY + " is " + level, Fixes.sysctl(KEY, "1"));
  }
}
