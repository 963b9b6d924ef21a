package dev.stockade.core.linux;

import dev.stockade.core.fault.SandboxException;

/** A system call that the server itself made has failed: call, object and errno by name. */
public final class SystemCallException extends SandboxException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  SystemCallException(String call, int errno) {
    super(call + ": " + Errno.nameOf(errno));
    this.errno = errno;
  }

  /** The error's name, such as {@code EBUSY}. */
  public String errno() {
    return Errno.nameOf(errno);
  }

  public boolean is(Errno expected) {
    return errno == expected.number();
  }
}
