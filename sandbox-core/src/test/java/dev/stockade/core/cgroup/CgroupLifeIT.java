package dev.stockade.core.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Beginnings and ends: our own process's cgroup, dead servers, killing. */
@Timeout(300)
class CgroupLifeIT {
  private static final int SIGKILLED = 128 + 9;

  private final CgroupHost host = CgroupHost.current();
  private CgroupController controller;

  @TempDir private Path folder;

  @BeforeEach
  void open() {
    controller = find();
  }

  @AfterEach
  void close() {
    if (controller != null) {
      controller.close();
    }
  }

  private static CgroupController find() {
    CgroupSearch search = Cgroups.find();
    if (search instanceof CgroupSearch.Missing missing) {
      Needs.feature("cgroups", Optional.of(missing.reason() + ". Fix: " + missing.fix()));
    }
    return ((CgroupSearch.Found) search).controller();
  }

  /** The directories in which this controller's subtree lies, one per hierarchy. */
  private List<Path> bases() {
    try (CgroupLease lease = controller.lease()) {
      return lease.procsFiles().stream()
          .map(file -> file.getParent().getParent().getParent())
          .toList();
    }
  }

  private boolean isUnified() {
    try (CgroupLease lease = controller.lease()) {
      return lease.unifiedDirectory().isPresent();
    }
  }

  /**
   * Alone in a delegated v2 cgroup our process has to move to a leaf, whatever the number of
   * controllers, and comes back with the last. With v1 it stays where it is.
   */
  @Test
  void ourOwnProcessIsBackWhereItWasWhenTheLastControllerIsClosed() throws Exception {
    Path base = bases().get(0);
    boolean unified = isUnified();
    Path solo = base.resolve("stockade-test-" + host.pid());
    List<String> lines;
    if (unified) {
      Kernfs.mkdir(solo);
    }
    try {
      lines =
          CgroupProbe.run(
              folder,
              List.of(),
              pid -> {
                if (unified) {
                  Kernfs.write(solo.resolve("cgroup.procs"), Long.toString(pid));
                }
              });
      if (unified) {
        assertEquals(List.of(), Kernfs.children(solo));
        assertEquals("", Kernfs.read(solo.resolve("cgroup.subtree_control")).strip());
      }
    } finally {
      if (unified) {
        Kernfs.rmdir(solo, Duration.ofSeconds(30));
      }
    }
    assertEquals(6, lines.size(), lines.toString());
    String before = lines.get(0).substring("before ".length());
    assertEquals("after " + before, lines.get(5));
    String inside = unified ? "-home" : "";
    assertTrue(lines.get(1).startsWith("inside " + before), lines.toString());
    assertTrue(lines.get(1).endsWith(unified ? inside : before), lines.toString());
    assertEquals("hog " + SIGKILLED, lines.get(2));
    assertEquals("killed true", lines.get(3));
    assertEquals(lines.get(1).replaceFirst("inside", "between"), lines.get(4));
  }

  @Test
  void whatADeadServerLeftBehindIsKilledAndRemoved() throws Exception {
    List<Path> bases = bases();
    Process server = new ProcessBuilder("sleep", "600").start();
    SubtreeName name =
        new SubtreeName(
            server.pid(), host.startTime(server.pid()).orElseThrow(), host.pidNamespace(), "0");
    List<Path> subtrees = bases.stream().map(base -> base.resolve(name.toString())).toList();
    Process job = new ProcessBuilder("sleep", "600").start();
    try {
      for (Path subtree : subtrees) {
        Path leaf = Files.createDirectories(subtree.resolve("job-3"));
        Kernfs.write(leaf.resolve("cgroup.procs"), Long.toString(job.pid()));
      }
      find().close();
      assertTrue(job.isAlive(), "its server is alive");
      server.destroyForcibly().waitFor();
      find().close();
      assertEquals(SIGKILLED, job.waitFor());
      for (Path subtree : subtrees) {
        assertFalse(Files.exists(subtree), subtree.toString());
      }
    } finally {
      server.destroyForcibly().waitFor();
      job.destroyForcibly().waitFor();
    }
  }

  @Test
  void killEndsEveryProcessAndTheLeafIsNotEnteredAgain() throws Exception {
    boolean unified = isUnified();
    CgroupLease lease = controller.lease();
    try (Child child = Child.in(lease, "setsid sleep 600 & trap '' TERM INT; wait").go()) {
      boolean killed = lease.kill();
      assertTrue(unified || !killed, "v1 has no cgroup.kill");
      if (killed) {
        assertEquals(SIGKILLED, child.await());
        assertThrows(IllegalStateException.class, () -> lease.attach((int) host.pid()));
        assertThrows(IllegalStateException.class, lease::procsFiles);
        assertThrows(IllegalStateException.class, lease::unifiedDirectory);
      } else {
        assertTrue(child.isAlive());
        lease.attach((int) child.pid());
      }
    }
    lease.close();
  }

  @Test
  void attachingAProcessThatIsGoneIsOurFault() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    assertEquals(0, gone.waitFor());
    try (CgroupLease lease = controller.lease()) {
      SandboxException e =
          assertThrows(SandboxException.class, () -> lease.attach((int) gone.pid()));
      assertTrue(e.getMessage().contains("cgroup.procs): ESRCH"), e.getMessage());
    }
  }

  @Test
  void leaseAfterCloseIsAProgrammingError() {
    controller.close();
    controller.close();
    assertThrows(IllegalStateException.class, controller::lease);
  }

  @Test
  void leasesFromManyThreads() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int t = 0; t < 8; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 20; i++) {
                  try (CgroupLease lease = controller.lease()) {
                    lease.apply(new CgroupSettings(16L << 20, 8, 1.0));
                  }
                }
              });
      thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
  }

  @Test
  void trailNamesThePlaceThatWasTaken() throws IOException {
    CgroupSearch.Found again = (CgroupSearch.Found) Cgroups.find();
    try (CgroupController second = again.controller()) {
      CgroupSearch.Attempt last = again.trail().get(again.trail().size() - 1);
      assertTrue(last.usable(), again.trail().toString());
      assertTrue(second.description().contains(last.place()), again.trail().toString());
    }
  }
}
