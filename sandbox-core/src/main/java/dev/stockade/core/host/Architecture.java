package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.KERNEL;

/** Our machine code and filters are written for one architecture so far. */
final class Architecture implements Probe {
  private static final String FEATURE = "x86-64 processor";

  @Override
  public Finding look(Host host) {
    return host.architecture().equals("amd64")
        ? Finding.ok(KERNEL, FEATURE, true, "the JVM runs on amd64")
        : Finding.missing(
            KERNEL,
            FEATURE,
            true,
            "the JVM runs on " + host.architecture() + ", for which Stockade has no machine code",
            "use a 64-bit x86 host and JVM");
  }
}
