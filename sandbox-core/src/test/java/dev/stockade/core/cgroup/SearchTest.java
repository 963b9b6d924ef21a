package dev.stockade.core.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.cgroup.CgroupSearch.Attempt;
import dev.stockade.core.fault.HostUnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided by looking, on hosts made of files. */
class SearchTest {
  private static final String ALL = "cpuset cpu io memory pids";

  @TempDir private Path folder;
  private FakeHost fake;
  private final List<Attempt> trail = new ArrayList<>();

  @BeforeEach
  void make() throws IOException {
    fake = new FakeHost(folder);
  }

  private Optional<Offer> unified() throws IOException {
    return UnifiedOffer.look(fake.build(), trail);
  }

  private String why(int index) {
    assertFalse(trail.get(index).usable(), trail.toString());
    return trail.get(index).why();
  }

  @Test
  void ownCgroupWithOnlyUsInIt() throws IOException {
    fake.unified("/svc", "rw").cgroup("svc", "domain", ALL, "", FakeHost.PID);
    Offer offer = unified().orElseThrow();
    assertEquals("cgroup v2 at " + fake.root("v2/svc"), offer.toString());
    assertTrue(offer.isComplete());
  }

  @Test
  void ownCgroupWithOurDescendantsInIt() throws IOException {
    fake.unified("/svc", "rw").cgroup("svc", "domain", ALL, "", FakeHost.PID, 5001L);
    fake.process(5000, FakeHost.PID, 1, "sh").process(5001, 5000, 1, "sleep");
    assertTrue(unified().isPresent());
  }

  @Test
  void ownCgroupIsSharedWithTheShellSoTheDelegatedOneAboveIsTaken() throws IOException {
    fake.unified("/user/init", "rw").process(7, 1, 1, "bash");
    fake.cgroup("", "", ALL, ALL, 1L);
    fake.cgroup("user", "domain", ALL, "cpu memory pids");
    fake.cgroup("user/init", "domain", ALL, "", 7L, FakeHost.PID);
    assertEquals("cgroup v2 at " + fake.root("v2/user"), unified().orElseThrow().toString());
    assertEquals("it holds processes that are not ours: 7 (bash)", why(0));
  }

  @Test
  void nearestDelegatedCgroupEvenIfOneAboveHasMore() throws IOException {
    fake.unified("/a/b", "rw").cgroup("a", "domain", ALL, "memory pids");
    fake.cgroup("a/b", "domain", "memory pids", "", FakeHost.PID);
    Offer offer = unified().orElseThrow();
    assertEquals("cgroup v2 at " + fake.root("v2/a/b"), offer.toString());
    assertEquals(
        EnumSet.of(Capability.MEMORY, Capability.PIDS, Capability.CPU_ACCOUNTING),
        offer.capabilities());
    assertFalse(offer.isComplete());
  }

  @Test
  void processesInTheKernelsRootDoNotMatter() throws IOException {
    fake.unified("/", "rw").cgroup("", "", ALL, "", 1L, 2L, FakeHost.PID);
    assertTrue(unified().isPresent());
  }

  @Test
  void processesInAContainersRootDo() throws IOException {
    fake.unified("/", "rw").uid(0).cgroup("", "domain", ALL, "", 1L, 9L, FakeHost.PID);
    fake.process(1, 0, 1, "init");
    CgroupSearch.Missing missing = missing();
    assertTrue(missing.reason().contains("not ours: 1 (init), 9"), missing.reason());
    assertTrue(missing.fix().startsWith("mkdir /sys/fs/cgroup/init"), missing.fix());
  }

  @Test
  void hybridHostHasNoControllersForUs() throws IOException {
    fake.unified("/", "rw").cgroup("", "", "hugetlb", "", FakeHost.PID);
    assertTrue(unified().isEmpty());
    assertEquals("cgroup.controllers has none of memory, pids, cpu", why(0));
  }

  @Test
  void readOnlyMount() throws IOException {
    fake.unified("/", "ro").cgroup("", "domain", ALL, "", FakeHost.PID);
    CgroupSearch.Missing missing = missing();
    assertTrue(missing.reason().contains("mounted read-only"), missing.reason());
    assertTrue(missing.fix().contains("writable-cgroups=true"), missing.fix());
  }

  @Test
  void threadedCgroup() throws IOException {
    fake.unified("/t", "rw").cgroup("t", "threaded", ALL, "", FakeHost.PID);
    assertTrue(unified().isEmpty());
    assertEquals("cgroup.type is \"threaded\", not \"domain\"", why(0));
  }

  @Test
  void ownCgroupOutsideOfOurNamespace() throws IOException {
    fake.unified("/../x", "rw").cgroup("", "domain", ALL, "");
    assertTrue(unified().isEmpty());
    assertTrue(why(0).contains("/../x is outside"), why(0));
  }

  @Test
  void noUserBus() throws IOException {
    fake.uid(123456789).environment("XDG_RUNTIME_DIR", folder.resolve("run").toString());
    fake.unified("/s", "rw").cgroup("", "", ALL, "").cgroup("s", "domain", ALL, "", 1L);
    assertTrue(SystemdOffer.look(fake.build(), trail).isEmpty());
    assertEquals(
        List.of(folder.resolve("run/bus").toString(), "/run/user/123456789/bus"),
        trail.stream().map(Attempt::place).toList());
    assertEquals("there is no user bus at this place", why(0));
  }

  @Test
  void userBus() throws IOException {
    fake.environment("XDG_RUNTIME_DIR", folder.resolve("run").toString()).write("run/bus", "");
    fake.unified("/s", "rw").cgroup("", "", ALL, "").cgroup("s", "domain", ALL, "", 1L);
    Offer offer = SystemdOffer.look(fake.build(), trail).orElseThrow();
    assertTrue(offer.toString().endsWith("/run/bus"), offer.toString());
  }

  @Test
  void systemdIsNotAskedOnAHybridHost() throws IOException {
    fake.environment("XDG_RUNTIME_DIR", folder.resolve("run").toString()).write("run/bus", "");
    fake.unified("/", "rw").cgroup("", "", "", "");
    assertTrue(SystemdOffer.look(fake.build(), trail).isEmpty());
    assertEquals("the v2 hierarchy has none of memory, pids, cpu", why(0));
  }

  @Test
  void legacyDirectoriesAtTheRootAndAboveOurOwnCgroup() throws IOException {
    fake.legacy("memory", "/user/x").write("memory/user/x/cgroup.procs", "");
    fake.write("memory/user/stockade-1000/cgroup.procs", "");
    fake.legacy("cpu,cpuacct", "/").write("cpu,cpuacct/stockade-1000/cgroup.procs", "");
    fake.legacy("pids", "/").write("pids/cgroup.procs", "");
    Offer offer = LegacyOffer.look(fake.build(), trail).orElseThrow();
    assertEquals(
        Set.of(Capability.MEMORY, Capability.CPU_RATE, Capability.CPU_ACCOUNTING),
        offer.capabilities());
    assertEquals(
        List.of(fake.root("memory/user/stockade-1000").toString(), fake.root("pids").toString()),
        trail.stream().limit(2).map(Attempt::place).toList());
    assertEquals("no directory stockade-1000 in our own cgroup or above it", why(1));
  }

  @Test
  void rootStaysInsideTheLimitThatIsSetAroundIt() throws IOException {
    String none = "9223372036854771712\n";
    fake.uid(0).legacy("memory", "/svc/a/b").write("memory/memory.limit_in_bytes", none);
    fake.write("memory/svc/memory.limit_in_bytes", none);
    fake.write("memory/svc/a/memory.limit_in_bytes", "1073741824\n");
    fake.write("memory/svc/a/b/memory.limit_in_bytes", none);
    assertTrue(LegacyOffer.look(fake.build(), trail).isPresent());
    assertEquals(fake.root("memory/svc/a").toString(), trail.get(0).place());
    assertTrue(trail.get(0).usable());
  }

  @Test
  void rootGoesToTheTopWhereThereIsNoLimit() throws IOException {
    fake.uid(0).legacy("pids", "/svc/a").write("pids/svc/a/pids.max", "max\n");
    assertTrue(LegacyOffer.look(fake.build(), trail).isPresent());
    assertTrue(
        trail.stream().anyMatch(a -> a.usable() && a.place().equals(fake.root("pids").toString())),
        trail.toString());
  }

  @Test
  void nothingDelegatedOnALegacyHost() throws IOException {
    fake.legacy("memory", "/").write("memory/cgroup.procs", "");
    CgroupSearch.Missing missing = missing();
    assertTrue(missing.reason().contains("no directory stockade-1000"), missing.reason());
    assertEquals("sudo ./stockade delegate ada", missing.fix());
  }

  @Test
  void nothingMounted() throws IOException {
    CgroupSearch.Missing missing = missing();
    assertTrue(missing.reason().contains("no v1 hierarchy is mounted"), missing.reason());
    assertTrue(missing.fix().contains("mount -t cgroup2"), missing.fix());
  }

  private CgroupSearch.Missing missing() throws IOException {
    return (CgroupSearch.Missing) Cgroups.find(fake.build());
  }

  @Test
  void namesOfTheDeadAndTheLiving() throws IOException {
    CgroupHost host = fake.process(20, 1, 777, "java").build();
    assertFalse(SubtreeName.own(host, "3").isStale(host));
    assertFalse(new SubtreeName(20, 777, FakeHost.PID_NAMESPACE, "0").isStale(host));
    assertTrue(new SubtreeName(20, 776, FakeHost.PID_NAMESPACE, "0").isStale(host), "pid reused");
    assertTrue(new SubtreeName(21, 777, FakeHost.PID_NAMESPACE, "0").isStale(host), "gone");
    assertFalse(new SubtreeName(21, 777, 1, "0").isStale(host), "cannot be judged from here");
  }

  @Test
  void staleSubtreesGoAndOthersStay() throws IOException {
    Path base = Files.createDirectories(folder.resolve("base"));
    CgroupHost host = fake.build();
    SubtreeName dead = new SubtreeName(21, 777, FakeHost.PID_NAMESPACE, "0");
    SubtreeName deadHome = new SubtreeName(21, 777, FakeHost.PID_NAMESPACE, SubtreeName.HOME);
    SubtreeName foreign = new SubtreeName(21, 777, 1, "0");
    Files.createDirectories(base.resolve(dead.toString()).resolve("job-1"));
    Files.createDirectories(base.resolve(deadHome.toString()));
    List<String> stay = List.of("init", "stockade-1000", foreign.toString(), "" + alive(host));
    for (String name : stay) {
      Files.createDirectories(base.resolve(name));
    }
    StaleSubtrees.remove(host, base);
    assertEquals(
        stay.stream().sorted().toList(),
        Kernfs.children(base).stream().map(path -> path.getFileName().toString()).toList());
  }

  private static SubtreeName alive(CgroupHost host) {
    return SubtreeName.fresh(host);
  }

  @Test
  void anOrdinaryUserCannotDelegate() throws IOException {
    CgroupHost host = fake.legacy("memory", "/").build();
    HostUnsupportedException e =
        assertThrows(
            HostUnsupportedException.class, () -> CgroupDelegation.delegate(host, 1000, 1000));
    assertEquals("it needs root, and this is user id 1000", e.reason());
    assertEquals("sudo ./stockade delegate ada", e.fix());
  }

  @Test
  void nothingToDelegate() throws IOException {
    CgroupHost host = fake.uid(0).unified("/", "ro").cgroup("", "", ALL, "").build();
    assertThrows(HostUnsupportedException.class, () -> CgroupDelegation.delegate(host, 1000, 1000));
    assertEquals(List.of(), CgroupDelegation.remove(host, 1000));
  }

  @Test
  void swap() throws IOException {
    assertFalse(fake.build().hasSwap());
    fake.write("proc/swaps", "Filename\tType\n/dev/sda2\tpartition\t8\t0\t-2\n");
    assertTrue(fake.build().hasSwap());
  }
}
