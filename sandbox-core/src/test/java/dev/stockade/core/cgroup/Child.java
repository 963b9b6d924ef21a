package dev.stockade.core.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A shell script that waits to be moved into a cgroup before it does its work. Closing it kills
 * everything in the cgroup.
 */
final class Child implements AutoCloseable {
  private final Process process;
  private final List<Path> procsFiles;

  private Child(Process process, List<Path> procsFiles) {
    this.process = process;
    this.procsFiles = procsFiles;
  }

  /** Starts the script in the leaf; it has not begun to work when this returns. */
  static Child in(CgroupLease lease, String script) throws IOException {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", "read go; " + script)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    lease.attach((int) process.pid());
    return new Child(process, lease.procsFiles());
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

  /** By the cgroup: a look at the descendants misses what the script forks just then. */
  @Override
  public void close() throws IOException {
    for (Path procs : procsFiles) {
      while (Files.exists(procs) && killAll(Files.readAllLines(procs))) {
        Thread.onSpinWait();
      }
    }
    process.destroyForcibly().onExit().join();
  }

  private static boolean killAll(List<String> pids) {
    for (String pid : pids) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
    return !pids.isEmpty();
  }
}
