package dev.stockade.core.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;

/** A shell script that waits to be moved into a cgroup before it does its work. */
final class Child implements AutoCloseable {
  private final Process process;

  private Child(Process process) {
    this.process = process;
  }

  /** Starts the script in the leaf; it has not begun to work when this returns. */
  static Child in(CgroupLease lease, String script) throws IOException {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", "read go; " + script)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    lease.attach((int) process.pid());
    return new Child(process);
  }

  Child go() throws IOException {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write("go\n".getBytes(UTF_8));
    }
    return this;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit code; 128 and the signal's number when a signal ended it. */
  int await() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("the child did not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
