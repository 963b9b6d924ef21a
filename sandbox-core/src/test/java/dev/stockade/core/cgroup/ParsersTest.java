package dev.stockade.core.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The files of proc(5) and of cgroups, read from text. */
class ParsersTest {
  private static final String HYBRID_MEMBERSHIP =
      """
      9:name=systemd:/
      4:memory:/user.slice/session-2.scope
      2:cpu,cpuacct:/a:b
      0::/init.scope
      """;

  private static final String MOUNTINFO =
      """
      23 1 254:0 / / rw,relatime - ext4 /dev/root rw
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:7 master:1 - cgroup cgroup rw,cpu,cpuacct
      35 31 0:32 /docker/0a\\040b /sys/fs/cgroup/mem\\134ory rw,relatime - cgroup cgroup ro,memory
      36 31 0:33 /.. /mnt ro,relatime - cgroup cgroup rw,pids
      37 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
      41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
      42 31 0:38 /x /mnt/part rw,relatime - cgroup2 cgroup2 rw
      """;

  @Test
  void membershipOfAHybridHost() {
    CgroupMembership membership = CgroupMembership.parse(HYBRID_MEMBERSHIP);
    assertEquals("/init.scope", membership.unifiedPath());
    assertEquals("/user.slice/session-2.scope", membership.path("memory"));
    assertEquals("/a:b", membership.path("cpu"));
    assertEquals("/a:b", membership.path("cpuacct"));
    assertNull(membership.path("pids"));
    assertNull(membership.path("systemd"));
  }

  @Test
  void membershipWithoutUnifiedHierarchy() {
    assertNull(CgroupMembership.parse("4:memory:/x\n").unifiedPath());
    assertNull(CgroupMembership.parse("").unifiedPath());
  }

  @Test
  void membershipThatIsNone() {
    assertThrows(SandboxException.class, () -> CgroupMembership.parse("0:/x\n"));
    assertThrows(SandboxException.class, () -> CgroupMembership.parse("0::relative\n"));
  }

  @Test
  void mountsWithOptionalFieldsEscapesAndBindMountedParts() {
    Mounts mounts = Mounts.parse(MOUNTINFO);
    Mounts.Mount cpu = mounts.legacy("cpu").get(0);
    assertEquals(Path.of("/sys/fs/cgroup/cpu,cpuacct"), cpu.point());
    assertEquals(mounts.legacy("cpuacct"), mounts.legacy("cpu"));
    assertFalse(cpu.readOnly());
    Mounts.Mount memory = mounts.legacy("memory").get(0);
    assertEquals("/docker/0a b", memory.root());
    assertEquals(Path.of("/sys/fs/cgroup/mem\\ory"), memory.point());
    assertTrue(memory.readOnly(), "its file system is");
    assertTrue(mounts.legacy("pids").get(0).readOnly(), "its mount is");
    assertEquals(List.of(), mounts.legacy("blkio"));
    assertEquals(
        List.of("/mnt/part", "/sys/fs/cgroup/unified"),
        mounts.unified().stream().map(mount -> mount.point().toString()).toList());
  }

  @Test
  void ownCgroupBelowAMountOfTheWholeHierarchy() {
    Mounts.Mount whole = mount("/");
    assertEquals(Optional.of(Path.of("/m")), whole.locate("/"));
    assertEquals(Optional.of(Path.of("/m/a/b")), whole.locate("/a/b"));
  }

  @Test
  void ownCgroupBelowAMountOfAPart() {
    Mounts.Mount part = mount("/docker/c1");
    assertEquals(Optional.of(Path.of("/m")), part.locate("/docker/c1"));
    assertEquals(Optional.of(Path.of("/m/x")), part.locate("/docker/c1/x"));
    assertEquals(Optional.empty(), part.locate("/docker/c11"), "a prefix is not an ancestor");
    assertEquals(Optional.empty(), part.locate("/"));
  }

  @Test
  void ownCgroupOutsideOfTheNamespace() {
    assertEquals(Optional.empty(), mount("/").locate("/../sibling"));
    assertEquals(Optional.empty(), mount("/").locate("/.."));
    assertEquals(Optional.empty(), mount("/..").locate("/"));
    assertEquals(Optional.of(Path.of("/m/..hidden")), mount("/").locate("/..hidden"));
  }

  private static Mounts.Mount mount(String root) {
    return new Mounts.Mount(root, Path.of("/m"), 2, false, List.of());
  }

  @Test
  void escapesThatAreNoneStayAsTheyAre() {
    assertEquals("a\\", Mounts.unescape("a\\"));
    assertEquals("a\\09", Mounts.unescape("a\\09"));
    assertEquals("\t\n", Mounts.unescape("\\011\\012"));
    assertEquals(" ", Mounts.unescape("\\040"), "at the very end");
  }

  @Test
  void mountLineOfAnUnknownKind() {
    assertThrows(SandboxException.class, () -> Mounts.parse("36 35 98:0 / /mnt rw cgroup2\n"));
  }

  @Test
  void cpuStat() {
    String stat = "usage_usec 123\nuser_usec 100\nsystem_usec 23\nnr_throttled 4\n";
    assertEquals(123, FlatKeyed.value(stat, "usage_usec"));
    assertEquals(23, FlatKeyed.value(stat, "system_usec"));
    assertEquals(4, FlatKeyed.value(stat, "nr_throttled"));
    assertNull(FlatKeyed.value(stat, "throttled_usec"), "only with the cpu controller");
    assertNull(FlatKeyed.value(stat, "usage"), "the beginning of a key is not the key");
    assertNull(FlatKeyed.value(null, "usage_usec"), "no file");
  }

  @Test
  void memoryEventsAndOomControl() {
    String events = "low 0\nhigh 0\nmax 17\noom 2\noom_kill 3\noom_group_kill 1\n";
    assertEquals(2, FlatKeyed.value(events, "oom"));
    assertEquals(3, FlatKeyed.value(events, "oom_kill"));
    String control = "oom_kill_disable 1\nunder_oom 0\noom_kill 5\n";
    assertEquals(1, FlatKeyed.value(control, "oom_kill_disable"));
    assertEquals(5, FlatKeyed.value(control, "oom_kill"));
    assertNull(FlatKeyed.value("oom_kill_disable 0\nunder_oom 0\n", "oom_kill"), "before 4.13");
  }

  @Test
  void limits() {
    assertEquals(Long.MAX_VALUE, FlatKeyed.number("max\n"));
    assertEquals(-1, FlatKeyed.number("-1\n"));
    assertEquals(Long.MAX_VALUE, FlatKeyed.number("18446744073709551615\n"));
    assertThrows(SandboxException.class, () -> FlatKeyed.number("12 34"));
    assertThrows(SandboxException.class, () -> FlatKeyed.number(""));
  }

  @Property
  void subtreeNamesAreReadBack(
      @ForAll @LongRange(min = 1, max = 1L << 22) long pid,
      @ForAll @LongRange(min = 0, max = 1L << 50) long startTime,
      @ForAll @LongRange(min = 0, max = 0xffffffffL) long namespace,
      @ForAll boolean home) {
    SubtreeName name = new SubtreeName(pid, startTime, namespace, home ? SubtreeName.HOME : "12");
    assertEquals(Optional.of(name), SubtreeName.parse(name.toString()));
  }

  @Test
  void othersDirectoriesAreNotSubtreesOfOurs() {
    for (String name :
        List.of("stockade-1000", "stockade-1-2-3", "stockade-1-2-3-4.scope", "user", "init")) {
      assertEquals(Optional.empty(), SubtreeName.parse(name), name);
    }
  }

  @Test
  void cpuShareAsQuotaAndPeriod() {
    assertEquals(50_000, settings(0.5).cpuQuotaMicros());
    assertEquals(100_000, settings(0.5).cpuPeriodMicros());
    assertEquals(1_000, settings(0.01).cpuQuotaMicros(), "the least quota");
    assertEquals(100_000, settings(0.01).cpuPeriodMicros());
    assertEquals(5_000, settings(0.005).cpuQuotaMicros());
    assertEquals(
        1_000_000, settings(0.005).cpuPeriodMicros(), "so that the quota is not too small");
    assertThrows(IllegalArgumentException.class, () -> settings(0.0009));
    assertThrows(IllegalArgumentException.class, () -> settings(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new CgroupSettings(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new CgroupSettings(1, 0, 1));
  }

  private static CgroupSettings settings(double cpus) {
    return new CgroupSettings(1, 1, cpus);
  }

  @Test
  void pressureIsTheTotalOfTheLineSome() {
    String some = "some avg10=0.12 avg60=0.00 avg300=1.00 total=1234";
    String full = "full avg10=0.00 avg60=0.00 avg300=0.00 total=99";
    assertEquals(1234, Pressure.someMicros(some + "\n" + full + "\n"));
    assertEquals(1234, Pressure.someMicros(some));
    assertNull(Pressure.someMicros(full));
    assertNull(Pressure.someMicros(some + "x"));
    assertNull(Pressure.someMicros(""));
    assertNull(Pressure.someMicros(null));
  }

  @Test
  void usageSinceABaseline() {
    CgroupUsage then = new CgroupUsage(10L, 6L, 4L, 999L, "f", 9, 1L, null, 5L, 30L);
    CgroupUsage now = new CgroupUsage(110L, 56L, 3L, 50L, "f", 7, 3L, 2L, null, 70L);
    assertEquals(new CgroupUsage(100L, 50L, 0L, 50L, "f", 7, 2L, 2L, null, 40L), now.since(then));
  }
}
