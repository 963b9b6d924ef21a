package dev.stockade.core.host;

import java.util.List;

/**
 * Everything that the probes found out about this host, in the order in which people should read
 * it.
 */
public record HostReport(List<Finding> findings) {
  public HostReport {
    findings = List.copyOf(findings);
  }

  static HostReport of(Host host) {
    return new HostReport(Probes.all().stream().map(probe -> probe.look(host)).toList());
  }

  /** Whether the default policy can run here with nothing degraded, as far as probes can tell. */
  public boolean ready() {
    return findings.stream().noneMatch(Finding::blocks);
  }
}
