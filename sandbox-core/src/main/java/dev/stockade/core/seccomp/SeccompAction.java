package dev.stockade.core.seccomp;

import dev.stockade.core.linux.Errno;

/**
 * What the kernel does with a call, as the value a filter returns: {@code SECCOMP_RET_*} in the
 * upper half, data in the lower, see seccomp(2).
 *
 * @param kind the action
 * @param data errno for {@link Kind#ERRNO}, otherwise what a tracer may read; 0 to 65535
 */
public record SeccompAction(Kind kind, int data) {
  /** The kernel's highest errno; a greater one in a filter is cut to it. */
  private static final int MAX_ERRNO = 4095;

  private static final int ACTION_MASK = 0xffff_0000;
  private static final int DATA_MASK = 0x0000_ffff;

  /** {@code SECCOMP_RET_*}, from the strictest to the most lenient. */
  public enum Kind {
    KILL_PROCESS(0x8000_0000),
    KILL_THREAD(0x0000_0000),
    TRAP(0x0003_0000),
    ERRNO(0x0005_0000),
    USER_NOTIFY(0x7fc0_0000),
    TRACE(0x7ff0_0000),
    LOG(0x7ffc_0000),
    ALLOW(0x7fff_0000);

    private final int value;

    Kind(int value) {
      this.value = value;
    }
  }

  public SeccompAction {
    if (data < 0 || data > DATA_MASK) {
      throw new IllegalArgumentException("data is 16 bits: " + data);
    }
  }

  static SeccompAction of(Kind kind) {
    return new SeccompAction(kind, 0);
  }

  static SeccompAction errno(int errno) {
    return new SeccompAction(Kind.ERRNO, errno);
  }

  /**
   * Reads what a filter returned, as the kernel does: an action it does not know kills the process.
   */
  public static SeccompAction ofReturnValue(int value) {
    int data = value & DATA_MASK;
    for (Kind kind : Kind.values()) {
      if (kind.value == (value & ACTION_MASK)) {
        return new SeccompAction(kind, kind == Kind.ERRNO ? Math.min(data, MAX_ERRNO) : data);
      }
    }
    return new SeccompAction(Kind.KILL_PROCESS, data);
  }

  /** What a filter returns for this action. */
  public int returnValue() {
    return kind.value | data;
  }

  @Override
  public String toString() {
    if (kind == Kind.ERRNO) {
      return "ERRNO(" + Errno.nameOf(data) + ")";
    }
    return data == 0 ? kind.name() : kind.name() + "(" + data + ")";
  }
}
