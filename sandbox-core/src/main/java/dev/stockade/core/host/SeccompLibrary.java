package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.FILTER;

import dev.stockade.core.fault.HostUnsupportedException;

/** Whether libseccomp can be loaded and is new enough: seccomp_init(3). */
final class SeccompLibrary implements Probe {
  private static final String FEATURE = "libseccomp";

  @Override
  public Finding look(Host host) {
    HostUnsupportedException fault = host.seccompFault();
    return fault == null
        ? Finding.ok(FILTER, FEATURE, true, "2.5 or newer is loaded")
        : Finding.missing(FILTER, FEATURE, true, fault.reason(), fault.fix());
  }
}
