package dev.stockade.core.run;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;

/**
 * The program could not be executed: missing, not executable, of another machine, interpreter
 * missing.
 */
public final class CannotExecuteException extends SandboxException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param errno of the failure that matters: of several folders of PATH not always the last
   */
  CannotExecuteException(StepFailure failure, int errno) {
    super(failure.getMessage(), failure);
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  /** What the errno of execve(2) means to the person who wrote the command. */
  public String reason() {
    if (errno == Errno.ENOENT.number()) {
      return "no such program in the sandbox (or its interpreter is missing)";
    }
    if (errno == Errno.EACCES.number()) {
      return "it is not an executable file";
    }
    if (errno == Errno.ENOEXEC.number()) {
      return "it is not a program for this machine (a script needs a #! line)";
    }
    if (errno == Errno.E2BIG.number()) {
      return "arguments and environment are too long";
    }
    return "execve: " + Errno.nameOf(errno);
  }
}
