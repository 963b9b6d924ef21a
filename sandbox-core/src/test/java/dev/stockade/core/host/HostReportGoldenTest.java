package dev.stockade.core.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.stockade.core.linux.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole reports of hosts as they are met, against files beside this test. */
class HostReportGoldenTest {
  @TempDir Path folder;

  @Test
  void aServerWithEverything() throws IOException {
    check("good.txt", new FakeHost(folder));
  }

  @Test
  void aContainerWithDockersDefaults() throws IOException {
    check(
        "docker.txt",
        new FakeHost(folder)
            .root()
            .status("CapEff", "00000000a80425fb")
            .status("Seccomp", "2")
            .file("/.dockerenv", "")
            .mounts(
                "overlay / /",
                "proc / /proc",
                "proc /bus /proc/bus",
                "proc /sys /proc/sys",
                "tmpfs / /proc/acpi",
                "tmpfs /null /proc/kcore")
            .answer("unshare", Errno.EPERM)
            .answer("mount", Errno.EPERM)
            .answer("clone3", Errno.ENOSYS)
            .cgroups(
                new CgroupFacts(
                    false,
                    "/sys/fs/cgroup: mounted read-only",
                    Set.of(),
                    "run it on the host rather than in a container"))
            .remove("/usr/bin/newuidmap")
            .remove("/usr/bin/go")
            .remove("/usr/bin/rustc"));
  }

  @Test
  void anUbuntuDesktopWithoutDelegation() throws IOException {
    check(
        "ubuntu.txt",
        new FakeHost(folder)
            .file("/proc/sys/kernel/unprivileged_userns_clone", "1\n")
            .file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n")
            .file("/proc/self/attr/current", "unconfined\n")
            .file("/proc/swaps", "Filename\tType\n/swap.img\tfile\n")
            .file(
                "/proc/cgroups",
                "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t9\t1\npids\t0\t9\t1\n")
            .cgroups(
                new CgroupFacts(
                    false,
                    "no cgroup of ours may be written",
                    Set.of(),
                    "sudo ./stockade delegate ada")));
  }

  private static void check(String golden, FakeHost host) throws IOException {
    StringBuilder text = new StringBuilder();
    HostReport report = HostReport.of(host.build());
    for (Finding finding : report.findings()) {
      text.append(finding.status())
          .append(finding.needed() ? " " : " (not needed) ")
          .append(finding.feature() + ": " + finding.reason() + "\n")
          .append(finding.fix() == null ? "" : "    " + finding.fix() + "\n");
    }
    text.append("ready: ").append(report.ready()).append('\n');
    try (InputStream file = HostReportGoldenTest.class.getResourceAsStream(golden)) {
      assertNotNull(file, golden);
      assertEquals(new String(file.readAllBytes(), UTF_8), text.toString());
    }
  }
}
