package dev.stockade.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.host.Finding.Status;
import dev.stockade.core.linux.Errno;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each known way to lose a feature, on a host made up for it; everything else stays as it was. */
class ProbesTest {
  @TempDir Path folder;
  private FakeHost host;

  @BeforeEach
  void aGoodHost() {
    host = new FakeHost(folder);
  }

  @AfterEach
  void removeLinks() {
    host.removeLinks();
  }

  @Test
  void aGoodHostIsReadyAndNothingIsWrong() {
    HostReport report = HostReport.of(host.build());
    for (Finding finding : report.findings()) {
      assertEquals(Status.OK, finding.status(), finding.toString());
    }
    assertTrue(report.ready());
  }

  @Test
  void noUserNamespacesInTheKernel() {
    host.remove("/proc/self/ns/user");
    onlyThisIsWrong(
        "user namespaces in the kernel", Status.MISSING, "CONFIG_USER_NS", "CONFIG_USER_NS=y");
  }

  @Test
  void theCloneSwitchIsOff() {
    host.file("/proc/sys/kernel/unprivileged_userns_clone", "0\n");
    onlyThisIsWrong(
        "user namespaces for ordinary users",
        Status.MISSING,
        "kernel.unprivileged_userns_clone is 0",
        "echo 'kernel.unprivileged_userns_clone = 1' | sudo tee"
            + " /etc/sysctl.d/60-stockade-kernel-unprivileged_userns_clone.conf"
            + " && sudo sysctl -p"
            + " /etc/sysctl.d/60-stockade-kernel-unprivileged_userns_clone.conf");
  }

  @Test
  void theCloneSwitchDoesNotBindRoot() {
    host.root().file("/proc/sys/kernel/unprivileged_userns_clone", "0\n");
    nothingIsWrong();
  }

  @Test
  void theQuotaIsZero() {
    host.file("/proc/sys/user/max_user_namespaces", "0\n");
    onlyThisIsWrong(
        "namespace quotas",
        Status.MISSING,
        "user.max_user_namespaces is 0: none may be made",
        "user.max_user_namespaces = 15000");
  }

  @Test
  void theQuotaBindsRootToo() {
    host.root().file("/proc/sys/user/max_net_namespaces", "3\n");
    onlyThisIsWrong(
        "namespace quotas",
        Status.MISSING,
        "user.max_net_namespaces is 3, too few",
        "user.max_net_namespaces = 15000");
  }

  @Test
  void appArmorRestrictsUnconfinedPrograms() {
    host.file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n")
        .file("/proc/self/attr/current", "unconfined\n");
    onlyThisIsWrong(
        "free of AppArmor's restriction",
        Status.MISSING,
        "bare EPERM",
        "kernel.apparmor_restrict_unprivileged_userns = 0");
  }

  @Test
  void whetherAnAppArmorProfilePermitsIsNotKnown() {
    host.file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n")
        .file("/proc/self/attr/current", "java (enforce)\n");
    onlyThisIsWrong(
        "free of AppArmor's restriction",
        Status.DEGRADED,
        "the profile java (enforce)",
        "a rule 'userns,'");
  }

  @Test
  void aContainersFilterForbidsUnshare() {
    host.status("Seccomp", "2").file("/.dockerenv", "").answer("unshare", Errno.EPERM);
    onlyThisIsWrong(
        "free of a container's filter",
        Status.MISSING,
        "one is installed, in docker, and answers unshare(CLONE_NEWUSER) with EPERM",
        "docker run --security-opt seccomp=packaging/docker/seccomp.json");
  }

  @Test
  void aContainersFilterForbidsMount() {
    host.status("Seccomp", "2").file("/run/.containerenv", "").answer("mount", Errno.EPERM);
    onlyThisIsWrong(
        "free of a container's filter",
        Status.MISSING,
        "in podman, and answers mount with EPERM",
        "podman run");
  }

  @Test
  void aFilterThatForbidsNothingOfOursIsFine() {
    host.status("Seccomp", "2");
    nothingIsWrong();
  }

  @Test
  void aContainersAppArmorProfileDeniesMounts() {
    host.file("/run/.containerenv", "")
        .file("/proc/self/attr/current", "containers-default-0.50.1 (enforce)\n");
    onlyThisIsWrong(
        "free of a container's AppArmor", Status.MISSING, "denies every mount", "podman run");
  }

  @Test
  void aProfileThatOnlyComplainsDeniesNothing() {
    host.file("/.dockerenv", "").file("/proc/self/attr/current", "docker-default (complain)\n");
    nothingIsWrong();
  }

  @Test
  void aContainerIsNamed() {
    host.environment("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    nothingIsWrong();
    assertTrue(finding("where this runs").reason().startsWith("in kubernetes; packaging/"));
  }

  @Test
  void wsl1HasNoKernel() {
    host.environment("WSL_DISTRO_NAME", "Debian").remove("/proc/self/ns/user");
    Finding found = finding("where this runs");
    assertEquals(Status.MISSING, found.status());
    assertEquals("in Windows: wsl --set-version Debian 2", found.fix());
  }

  @Test
  void wsl2WithoutSystemdHasNobodyToDelegateCgroups() {
    host.file("/proc/sys/fs/binfmt_misc/WSLInterop", "enabled\n")
        .cgroups(new CgroupFacts(false, "not delegated", Set.of(), "sudo ./stockade delegate ada"));
    Finding found = finding("where this runs");
    assertEquals(Status.DEGRADED, found.status());
    assertTrue(String.valueOf(found.fix()).contains("systemd=true to /etc/wsl.conf"));
  }

  @Test
  void wsl2WithCgroupsIsFine() {
    host.environment("WSL_DISTRO_NAME", "Debian");
    nothingIsWrong();
    assertEquals("in WSL 2", finding("where this runs").reason());
  }

  @Test
  void aProcOfProcessesAlone() {
    host.mounts("ext4 / /", "proc / /proc subset=pid");
    onlyThisIsWrong("all of /proc", Status.MISSING, "subset=pid", "ProcSubset=all");
  }

  @Test
  void hiddenProcessesAreNotMissed() {
    host.mounts("ext4 / /", "proc / /proc rw,hidepid=invisible");
    nothingIsWrong();
    assertEquals("hidepid=invisible hides nothing we need", finding("all of /proc").reason());
  }

  @Test
  void aChroot() {
    host.mounts("proc / /proc", "ext4 /srv/jail /etc/resolv.conf");
    onlyThisIsWrong("not in a chroot", Status.MISSING, "chroot", "pivot_root");
  }

  @Test
  void aKernelWithoutOneKindOfNamespace() {
    host.remove("/proc/self/ns/ipc");
    onlyThisIsWrong(
        "the other kinds of namespace", Status.MISSING, "without: ipc", "CONFIG_NAMESPACES");
  }

  @Test
  void aMaskedProc() {
    host.mounts("overlay / /", "proc / /proc", "tmpfs /null /proc/kcore")
        .environment("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    onlyThisIsWrong("a fresh /proc", Status.MISSING, "/proc/kcore", "procMount: Unmasked");
  }

  @Test
  void aMaskedProcBesideAFullOneIsFine() {
    host.mounts("ext4 / /", "proc / /proc", "tmpfs / /proc/acpi", "proc / /mnt/proc");
    nothingIsWrong();
  }

  @Test
  void aBindMountOfAPartOfProcDoesNotCount() {
    host.mounts("ext4 / /", "proc /sys /mnt/sys");
    onlyThisIsWrong("a fresh /proc", Status.MISSING, "no proc is mounted", "mount -t proc");
  }

  @Test
  void noNewuidmap() {
    host.remove("/usr/bin/newuidmap");
    onlyThisIsWrong(
        "an own host id for each slot", Status.DEGRADED, "newuidmap is not installed", "uidmap");
    assertTrue(HostReport.of(host.build()).ready(), "it is never needed");
  }

  @Test
  void noNewPrivilegesDisarmsNewuidmap() {
    host.status("NoNewPrivs", "1");
    onlyThisIsWrong(
        "an own host id for each slot", Status.DEGRADED, "no_new_privs", "NoNewPrivileges=no");
  }

  @Test
  void noSubordinateGroupIds() {
    host.file("/etc/subgid", "someone:100000:65536\nada:5:0\n");
    onlyThisIsWrong(
        "an own host id for each slot",
        Status.DEGRADED,
        "/etc/subgid has no range for ada",
        "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ada");
  }

  @Test
  void subordinateIdsByNumber() {
    host.file("/etc/subuid", "1000:100000:65536\n");
    nothingIsWrong();
  }

  @Test
  void noCgroups() {
    host.cgroups(
        new CgroupFacts(
            false, "the v2 tree has no controllers", Set.of(), "sudo ./stockade delegate ada"));
    Set<String> wrong =
        Set.of(
            "delegated cgroups",
            "memory limit",
            "process limit",
            "CPU rate limit",
            "CPU time accounting");
    for (Finding finding : HostReport.of(host.build()).findings()) {
      if (wrong.contains(finding.feature())) {
        assertEquals(Status.MISSING, finding.status(), finding.toString());
        assertEquals("sudo ./stockade delegate ada", finding.fix());
      } else {
        assertEquals(Status.OK, finding.status(), finding.toString());
      }
    }
  }

  @Test
  void theMemoryControllerWasTurnedOffAtBoot() {
    host.file("/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t9\t0\n")
        .cgroups(withCapabilities(EnumSet.complementOf(EnumSet.of(Capability.MEMORY))));
    onlyThisIsWrong("memory limit", Status.MISSING, "turned off at boot", "cgroup_enable=memory");
  }

  @Test
  void oneControllerIsNotDelegated() {
    host.file("/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\npids\t4\t9\t1\n")
        .cgroups(withCapabilities(EnumSet.complementOf(EnumSet.of(Capability.PIDS))));
    onlyThisIsWrong(
        "process limit", Status.MISSING, "no pids controller is delegated to ada", "delegate ada");
  }

  @Test
  void swapThatCannotBeLimited() {
    host.file("/proc/swaps", "Filename\tType\n/dev/sda2\tpartition\n");
    onlyThisIsWrong("no extra memory by swap", Status.MISSING, "swap is in use", "swapaccount=1");
  }

  @Test
  void swapThatIsLimited() {
    host.file("/proc/swaps", "Filename\tType\n/dev/sda2\tpartition\n")
        .cgroups(withCapabilities(EnumSet.allOf(Capability.class)));
    nothingIsWrong();
  }

  @Test
  void noSeccomp() {
    host.remove("/proc/sys/kernel/seccomp/actions_avail");
    onlyThisIsWrong("seccomp in the kernel", Status.MISSING, "actions_avail", "CONFIG_SECCOMP");
  }

  @Test
  void seccompWithoutKillProcess() {
    host.file("/proc/sys/kernel/seccomp/actions_avail", "kill_thread errno user_notif allow\n");
    onlyThisIsWrong("seccomp in the kernel", Status.MISSING, "kill_process", "5.0");
  }

  @Test
  void noLibSeccomp() {
    host.noLibSeccomp();
    onlyThisIsWrong(
        "libseccomp",
        Status.MISSING,
        "libseccomp.so.2 cannot be loaded",
        "apt-get install libseccomp2");
  }

  @Test
  void noLandlockIsToldAndNeededByNobody() {
    host.answer("landlock_create_ruleset", Errno.ENOSYS);
    onlyThisIsWrong("Landlock", Status.MISSING, "none", "5.13");
    assertTrue(HostReport.of(host.build()).ready());
  }

  @Test
  void anOldKernelWithoutMountSetattr() {
    host.answer("mount_setattr", Errno.ENOSYS);
    onlyThisIsWrong("mount_setattr", Status.MISSING, "ENOSYS: not there", "Linux 5.12");
  }

  @Test
  void aFilterThatHidesClone3() {
    host.status("Seccomp", "2").file("/.dockerenv", "").answer("clone3", Errno.ENOSYS);
    onlyThisIsWrong("clone3", Status.MISSING, "the filter around us hides it", "docker run");
  }

  @Test
  void memfdsThatMayNotBeExecuted() {
    host.file("/proc/sys/vm/memfd_noexec", "2\n");
    onlyThisIsWrong("programs in a memfd", Status.MISSING, "is 2", "vm.memfd_noexec = 1");
  }

  @Test
  void noTmpfs() {
    host.file("/proc/filesystems", "nodev\tproc\n\ttmpfs-like\n");
    onlyThisIsWrong("tmpfs", Status.MISSING, "/proc/filesystems", "boot a kernel");
  }

  @Test
  void anotherProcessor() {
    host.architecture("aarch64");
    onlyThisIsWrong("x86-64 processor", Status.MISSING, "aarch64", "64-bit x86");
  }

  @Test
  void aToolchainThatIsNotInstalled() {
    host.remove("/usr/bin/rustc");
    onlyThisIsWrong("Rust", Status.MISSING, "rustc is in none of the folders", "rustc");
    assertTrue(HostReport.of(host.build()).ready());
  }

  @Test
  void aToolchainBehindAlternativesIsSeen() {
    host.link("/usr/bin/javac", "/etc/alternatives/javac")
        .link("/etc/alternatives/javac", "../../usr/lib/jvm/17/bin/javac")
        .program("/usr/lib/jvm/17/bin/javac");
    nothingIsWrong();
  }

  @Test
  void aToolchainInAHomeIsHiddenFromJobs() {
    host.link("/usr/bin/rustc", "/root/.cargo/bin/rustc").program("/root/.cargo/bin/rustc");
    onlyThisIsWrong("Rust", Status.MISSING, "/root/.cargo/bin/rustc in the end", "rustc");
  }

  @Test
  void symlinksInACircleLeadNowhere() {
    host.link("/usr/bin/node", "/usr/bin/nodejs").link("/usr/bin/nodejs", "node");
    onlyThisIsWrong("JavaScript", Status.MISSING, "none of the folders", "nodejs");
  }

  @Test
  void aFolderThatIsASymlinkIsFollowed() {
    host.remove("/usr/bin/go")
        .link("/usr/local/go", "/usr/lib/go-1.26")
        .program("/usr/lib/go-1.26/bin/go");
    nothingIsWrong();
  }

  private static CgroupFacts withCapabilities(Set<Capability> capabilities) {
    return new CgroupFacts(true, "cgroup v1", capabilities, "sudo ./stockade delegate ada");
  }

  private Finding finding(String feature) {
    return HostReport.of(host.build()).findings().stream()
        .filter(finding -> finding.feature().equals(feature))
        .findFirst()
        .orElseThrow();
  }

  private void nothingIsWrong() {
    for (Finding finding : HostReport.of(host.build()).findings()) {
      assertEquals(Status.OK, finding.status(), finding.toString());
    }
  }

  private void onlyThisIsWrong(String feature, Status status, String reasonPart, String fixPart) {
    boolean seen = false;
    for (Finding finding : HostReport.of(host.build()).findings()) {
      if (!finding.feature().equals(feature)) {
        assertEquals(Status.OK, finding.status(), finding.toString());
        continue;
      }
      seen = true;
      assertEquals(status, finding.status(), finding.toString());
      assertTrue(finding.reason().contains(reasonPart), finding.reason());
      String fix = finding.fix();
      assertNotNull(fix);
      assertTrue(fix.contains(fixPart), fix);
    }
    assertTrue(seen, "no finding is called " + feature);
  }
}
