package dev.stockade.core.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real kernel, whichever cgroup version it offers to whoever runs the tests. */
@Timeout(300)
class CgroupIT {
  private static final int SIGKILLED = 128 + 9;
  private static final long MIB = 1 << 20;
  private static final CgroupSettings SETTINGS = new CgroupSettings(32 * MIB, 16, 1.0);

  private CgroupController controller;

  @BeforeEach
  void open() {
    CgroupSearch search = Cgroups.find();
    if (search instanceof CgroupSearch.Missing missing) {
      Needs.feature("cgroups", Optional.of(missing.reason() + ". Fix: " + missing.fix()));
    }
    controller = ((CgroupSearch.Found) search).controller();
  }

  @AfterEach
  void close() {
    if (controller != null) {
      controller.close();
    }
  }

  private void needs(Capability capability) {
    Needs.feature(
        "cgroup " + capability,
        controller.capabilities().contains(capability)
            ? Optional.empty()
            : Optional.of("not among " + controller.capabilities()));
  }

  @Test
  void oomKillIsCountedAndThePeakIsNearTheLimit() throws Exception {
    needs(Capability.MEMORY);
    needs(Capability.SWAP);
    try (CgroupLease lease = controller.lease()) {
      lease.apply(SETTINGS);
      try (Child hog = Child.in(lease, "exec tail /dev/zero")) {
        lease.startCounting();
        assertEquals(0L, lease.usage().oomKills());
        assertEquals(SIGKILLED, hog.go().await());
      }
      CgroupUsage usage = lease.usage();
      // v2 ends the whole leaf after the first victim, which it may count a second time.
      long atMost = lease.unifiedDirectory().isPresent() ? 2 : 1;
      assertTrue(usage.oomKills() >= 1 && usage.oomKills() <= atMost, usage.toString());
      Long peak = usage.memoryPeakBytes();
      if (peak != null) { // v2 before Linux 5.19 has none
        assertTrue(peak > 31 * MIB && peak <= 32 * MIB, usage.toString());
        assertNotNull(usage.memoryPeakSource());
      }
    }
  }

  @Test
  void memoryPeakOfAChildThatStaysWithin() throws Exception {
    needs(Capability.MEMORY);
    try (CgroupLease lease = controller.lease()) {
      lease.apply(SETTINGS);
      try (Child child =
          Child.in(lease, "head -c 8388608 /dev/zero | tail -c 8388608 >/dev/null")) {
        assertEquals(0, child.go().await());
      }
      CgroupUsage usage = lease.usage();
      assertEquals(0L, usage.oomKills());
      Long peak = usage.memoryPeakBytes();
      if (peak != null) {
        assertTrue(peak > 8 * MIB && peak < 32 * MIB, usage.toString());
      }
    }
  }

  @Test
  void forkOverTheLimitIsCounted() throws Exception {
    needs(Capability.PIDS);
    try (CgroupLease lease = controller.lease()) {
      lease.apply(new CgroupSettings(32 * MIB, 3, 1.0));
      try (Child bomb =
          Child.in(lease, "exec 2>/dev/null; sleep 60 & sleep 60 & sleep 60 & wait")) {
        lease.startCounting();
        assertEquals(0L, lease.usage().pidsLimitHits());
        assertEquals(2, bomb.go().await()); // "Cannot fork"
        killAll(lease);
      }
      CgroupUsage usage = lease.usage();
      assertEquals(1L, usage.pidsLimitHits());
      if (usage.pidsPeak() != null) {
        assertEquals(3, usage.pidsPeak());
      }
    }
  }

  @Test
  void cpuTimeOfDescendantsIsCountedFromStartCounting() throws Exception {
    needs(Capability.CPU_ACCOUNTING);
    try (CgroupLease lease = controller.lease()) {
      lease.apply(SETTINGS);
      // Until the kernel says that it has had 0.2 s: how long a loop takes is the machine's matter.
      String spin = "python3 -c 'import time\nwhile time.process_time() < 0.2: pass'";
      try (Child before = Child.in(lease, spin)) {
        assertEquals(0, before.go().await());
      }
      long setup = lease.cpuTimeNanos();
      assertTrue(setup >= 200_000_000, () -> setup + " ns");
      lease.startCounting();
      long zero = lease.cpuTimeNanos();
      assertTrue(zero < setup / 2, () -> zero + " ns after startCounting, before " + setup);
      try (Child job = Child.in(lease, "(" + spin + ") & (" + spin + ") & wait")) {
        assertEquals(0, job.go().await());
      }
      long total = lease.cpuTimeNanos();
      assertTrue(total >= 2 * 200_000_000L, () -> total + " ns for two");
      CgroupUsage usage = lease.usage();
      assertTrue(usage.cpuTimeNanos() >= total, usage.toString());
      assertTrue(usage.userTimeNanos() > 0, usage.toString());
      assertNotNull(usage.systemTimeNanos());
    }
  }

  @Test
  void cpuRateThrottles() throws Exception {
    needs(Capability.CPU_RATE);
    try (CgroupLease lease = controller.lease()) {
      lease.apply(new CgroupSettings(32 * MIB, 16, 0.05));
      lease.startCounting();
      try (Child job = Child.in(lease, "while :; do :; done")) {
        job.go();
        Long throttled = lease.usage().cpuThrottledNanos();
        while (throttled == null || throttled == 0) { // until the class's time limit
          assertNotNull(throttled, "cpu.stat says nothing of throttling");
          Kernfs.sleep(10);
          throttled = lease.usage().cpuThrottledNanos();
        }
      }
    }
  }

  @Test
  void whatAJobUsedIsNotSeenByTheNext() throws Exception {
    needs(Capability.CPU_RATE);
    CgroupSettings fifth = new CgroupSettings(32 * MIB, 16, 0.2);
    try (CgroupLease lease = controller.lease()) {
      lease.apply(fifth);
      lease.startCounting();
      try (Child job = Child.in(lease, "while :; do :; done")) {
        job.go();
        Long throttled = lease.usage().cpuThrottledNanos();
        while (throttled != null && throttled == 0) { // until the class's time limit
          Kernfs.sleep(10);
          throttled = lease.usage().cpuThrottledNanos();
        }
      }
    }
    try (CgroupLease lease = controller.lease()) {
      lease.apply(fifth);
      lease.startCounting();
      CgroupUsage nothing = lease.usage();
      assertEquals(0, nothing.cpuTimeNanos());
      assertEquals(0, nothing.cpuThrottledNanos());
      try (Child job = Child.in(lease, "exit 0")) {
        assertEquals(0, job.go().await());
      }
      // Unless it was that slow itself: its share of a period is 20 ms.
      CgroupUsage used = lease.usage();
      assertTrue(
          used.cpuThrottledNanos() == 0 || used.cpuTimeNanos() >= 10_000_000,
          () -> "its quota was used up by another: " + used);
    }
  }

  /** Whether it can be read: with PSI switched off it may be there and answer EOPNOTSUPP. */
  private static boolean isReadable(Path file) {
    try {
      return !Files.readString(file).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /** A job that is throttled could run, and may not. */
  @Test
  void pressureIsCountedExactlyWhereTheKernelShowsIt() throws Exception {
    try (CgroupLease lease = controller.lease()) {
      boolean shown =
          lease
              .unifiedDirectory()
              .map(leaf -> leaf.resolve("cpu.pressure"))
              .filter(CgroupIT::isReadable)
              .isPresent();
      lease.apply(new CgroupSettings(32 * MIB, 16, 0.05));
      lease.startCounting();
      try (Child job = Child.in(lease, "while :; do :; done")) {
        job.go();
        Long pressure = lease.usage().cpuPressureNanos();
        while (shown && pressure != null && pressure == 0) { // until the class's time limit
          Kernfs.sleep(10);
          pressure = lease.usage().cpuPressureNanos();
        }
        assertEquals(shown, pressure != null);
      }
    }
  }

  @Test
  void limitsMayBeRaisedAndLoweredAndLifted() {
    try (CgroupLease lease = controller.lease()) {
      for (long mib : new long[] {64, 16, 128, 32}) {
        CgroupSettings settings = new CgroupSettings(mib * MIB, (int) mib, mib / 64.0);
        lease.apply(settings);
        assertEquals(settings, LeafFiles.limits(lease, settings));
      }
      CgroupSettings none =
          new CgroupSettings(Long.MAX_VALUE, Integer.MAX_VALUE, Double.POSITIVE_INFINITY);
      lease.apply(none);
      assertEquals(none, LeafFiles.limits(lease, none));
    }
  }

  @Test
  void twoHundredLeasesLeakNothing() throws Exception {
    List<Path> parents;
    try (CgroupLease lease = controller.lease()) {
      parents = lease.procsFiles().stream().map(file -> file.getParent().getParent()).toList();
      lease.apply(SETTINGS);
      assertNotNull(lease.usage());
    }
    long descriptors = openDescriptors(parents);
    for (int i = 0; i < 200; i++) {
      try (CgroupLease lease = controller.lease()) {
        lease.apply(SETTINGS);
        lease.startCounting();
        assertNotNull(lease.usage());
      }
    }
    for (Path parent : parents) {
      assertEquals(List.of(), Kernfs.children(parent));
    }
    assertEquals(descriptors, openDescriptors(parents));
    controller.close();
    for (Path parent : parents) {
      assertTrue(Files.notExists(parent), parent.toString());
    }
  }

  @Test
  void aLeaseWithAProcessInItCannotBeClosedAndSaysWhich() throws Exception {
    CgroupLease lease = controller.lease();
    try (Child child = Child.in(lease, "exit 0")) {
      RuntimeException refused = assertThrows(RuntimeException.class, lease::close);
      assertTrue(refused.getMessage().contains("EBUSY"), refused.getMessage());
      assertTrue(refused.getMessage().contains(Long.toString(child.pid())), refused.getMessage());
      assertThrows(IllegalStateException.class, controller::close);
    }
    lease.close();
  }

  /** Descriptors of files below these folders; others come and go with the Java VM's own needs. */
  private static long openDescriptors(List<Path> folders) throws Exception {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(CgroupIT::target)
          .filter(target -> folders.stream().anyMatch(target::startsWith))
          .count();
    }
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException closed) {
      return Path.of("");
    }
  }

  private static void killAll(CgroupLease lease) {
    Path leaf = lease.procsFiles().get(0).getParent();
    while (!Kernfs.pids(leaf).isEmpty()) {
      Kernfs.pids(leaf)
          .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      Kernfs.sleep(2);
    }
  }
}
