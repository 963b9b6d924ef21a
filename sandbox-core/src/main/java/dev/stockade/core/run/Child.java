package dev.stockade.core.run;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;

/**
 * A child process of this server with one owner, who ends it and waits for it. Thread-safe: others
 * may kill it at any time.
 */
final class Child implements AutoCloseable {
  private final int pid;
  private final Fd pidfd;
  private boolean waitedFor;

  private Child(int pid, Fd pidfd) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  /** Takes over a child that nobody has waited for; ends it when there is no descriptor for it. */
  static Child adopt(int pid) {
    try {
      return new Child(pid, Sys.pidfd(pid));
    } catch (SystemCallException e) {
      Sys.kill(pid, Constants.SIGKILL); // its pid cannot be another's: it has not been waited for
      Sys.waitFor(pid);
      throw e;
    }
  }

  int pid() {
    return pid;
  }

  /** Readable when the process has ended; for poll(2) alone. */
  Fd pidfd() {
    return pidfd;
  }

  boolean hasEnded() {
    return Sys.hasEnded(pidfd);
  }

  /** Sends SIGKILL; does nothing when the process is gone. */
  synchronized void kill() {
    if (pidfd.isOpen()) {
      Sys.signal(pidfd, Constants.SIGKILL);
    }
  }

  /** Waits for the end of the process, once: its wait status. */
  int waitForEnd() {
    int status = Sys.waitFor(pid);
    waitedFor = true;
    return status;
  }

  /** Ends the process, if need be, and waits for it. */
  void end() {
    if (!waitedFor) {
      kill();
      waitForEnd();
    }
  }

  @Override
  public void close() {
    end();
    synchronized (this) {
      pidfd.close();
    }
  }
}
