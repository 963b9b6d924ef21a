package dev.stockade.core.host;

import java.nio.file.Path;
import java.util.Set;

/** What the probes find on hosts that are made up. */
public final class FakeReports {
  private FakeReports() {}

  /** A host with everything. */
  public static HostReport good(Path folder) {
    return HostReport.of(new FakeHost(folder).build());
  }

  /** A host whose user has no cgroups and no subordinate ids. */
  public static HostReport undelegated(Path folder) {
    return HostReport.of(
        new FakeHost(folder)
            .remove("/usr/bin/newuidmap")
            .cgroups(
                new CgroupFacts(
                    false,
                    "no cgroup of ours may be written",
                    Set.of(),
                    "sudo ./stockade delegate"))
            .build());
  }
}
