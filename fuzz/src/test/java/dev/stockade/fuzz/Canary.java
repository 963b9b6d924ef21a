package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** The {@link dev.stockade.server.selftest.Canary} that all tests of one JVM share. */
public final class Canary {
  private static final Canary SHARED = new Canary();

  private final dev.stockade.server.selftest.Canary host =
      new dev.stockade.server.selftest.Canary();

  private Canary() {
    Runtime.getRuntime().addShutdownHook(new Thread(host::close, "canary-end"));
  }

  public static Canary shared() {
    return SHARED;
  }

  /** The canary itself. */
  public dev.stockade.server.selftest.Canary host() {
    return host;
  }

  /** The process with a secret. */
  public long pid() {
    return host.pid();
  }

  /** A policy that shows the canary's folder at /canary. */
  public String policy() {
    return host.policy();
  }

  /** That nothing of it was reached since the last time; its time stamps count as well. */
  public void assertUnharmed() {
    assertEquals(List.of(), host.harm());
  }
}
