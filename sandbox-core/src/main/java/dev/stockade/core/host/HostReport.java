package dev.stockade.core.host;

import dev.stockade.core.cgroup.CgroupSearch;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that the probes found out about this host, in the order in which people should read
 * it.
 *
 * @param user who asked: what works depends on it
 */
public record HostReport(User user, List<Finding> findings) {
  public HostReport {
    findings = List.copyOf(findings);
  }

  /** Looks at the host that this JVM runs on. */
  public static HostReport probe() {
    return of(Host.current());
  }

  /**
   * Looks at the host that this JVM runs on, whose sandboxes have their cgroups already. A search
   * of its own would take them away.
   */
  public static HostReport probe(CgroupSearch cgroups) {
    return of(Host.current(user -> CgroupFacts.of(cgroups, user)));
  }

  static HostReport of(Host host) {
    return new HostReport(
        host.user(), Probes.all().stream().map(probe -> probe.look(host)).toList());
  }

  /** This report with one more finding at its end. */
  public HostReport with(Finding finding) {
    List<Finding> more = new ArrayList<>(findings);
    more.add(finding);
    return new HostReport(user, more);
  }

  /**
   * What was found out about a feature.
   *
   * @throws IllegalArgumentException when no probe looks for it
   */
  public Finding find(String feature) {
    return findings.stream()
        .filter(finding -> finding.feature().equals(feature))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nothing looks for " + feature));
  }

  /** Whether the default policy can run here with nothing degraded, as far as probes can tell. */
  public boolean ready() {
    return findings.stream().noneMatch(Finding::blocks);
  }
}
