package dev.stockade.server.selftest;

import java.io.IOException;

/** A process of the host with a secret on its command line and in its environment. */
final class CanaryProcess implements AutoCloseable {
  private final Process process;

  CanaryProcess(String secret) throws IOException {
    ProcessBuilder sleeper = new ProcessBuilder("sh", "-c", "sleep 100000; : " + secret);
    sleeper.environment().put("STOCKADE_CANARY", secret);
    process = sleeper.start();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
