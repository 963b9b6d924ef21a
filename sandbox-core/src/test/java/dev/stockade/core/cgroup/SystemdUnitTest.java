package dev.stockade.core.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.cgroup.CgroupSearch.Attempt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What of a user's systemd we take for ours. Found in QEMU, with a real one: in a service without
 * delegation, a job that was killed for its memory ended the server, and from a shell in such a
 * service, the subtree was made in systemd's {@code app.slice}.
 */
@Timeout(120)
class SystemdUnitTest {
  private static final String ALL = "cpu memory pids";
  private static final String MANAGER = "/user.slice/user-1000.slice/user@1000.service";
  private static final String SCOPE =
      MANAGER + "/app.slice/stockade-4711-123456-4026531836-0.scope";

  @TempDir private Path folder;
  private FakeHost fake;
  private final List<Attempt> trail = new ArrayList<>();

  @BeforeEach
  void make() throws IOException {
    fake = new FakeHost(folder).uid(123456789);
    fake.environment("XDG_RUNTIME_DIR", folder.resolve("run").toString());
  }

  private Path in(String cgroup, Long... pids) throws IOException {
    fake.unified(cgroup, "rw").cgroup("", "", ALL, ALL);
    for (String above = cgroup; !above.isEmpty(); above = parent(above)) {
      fake.cgroup(above.substring(1), "domain", ALL, ALL);
    }
    fake.cgroup(cgroup.substring(1), "domain", ALL, "", pids);
    return fake.root("v2").resolve(cgroup.substring(1));
  }

  private static String parent(String cgroup) {
    return cgroup.substring(0, cgroup.lastIndexOf('/'));
  }

  private Optional<Offer> look() throws IOException {
    return UnifiedOffer.look(fake.build(), trail);
  }

  @Test
  void units() {
    assertEquals(Optional.empty(), SystemdUnit.of("/"));
    assertEquals(Optional.empty(), SystemdUnit.of("/user.slice/user-1000.slice/session-2.scope"));
    assertEquals(Optional.empty(), SystemdUnit.of("/system.slice/user@x.service/a.scope"));
    assertEquals("user@1000.service", SystemdUnit.of(MANAGER).orElseThrow().name());
    assertEquals("app.slice", SystemdUnit.of(MANAGER + "/app.slice").orElseThrow().name());
    SystemdUnit unit = new SystemdUnit(MANAGER + "/a.slice/a-b.slice/c.scope", "c.scope");
    assertEquals(Optional.of(unit), SystemdUnit.of(unit.cgroup()));
    assertEquals(Optional.of(unit), SystemdUnit.of(unit.cgroup() + "/x.slice/home"));
  }

  @Test
  void serviceWithoutDelegationIsSystemds() throws Exception {
    Path own = in(FakeSystemd.CGROUP, FakeHost.PID);
    Files.createDirectories(folder.resolve("run"));
    try (FakeSystemd systemd =
        new FakeSystemd(folder.resolve("run/bus"), FakeSystemd.Behaviour.REFUSE)) {
      assertEquals(Optional.empty(), look());
      assertEquals(
          new Attempt(
              "cgroup v2",
              own.toString(),
              false,
              "not delegated: it belongs to systemd's shell.service"),
          trail.get(0));
      CgroupSearch.Missing missing = (CgroupSearch.Missing) Cgroups.find(fake.build());
      assertTrue(missing.reason().contains("Refusing to be moved"), missing.reason());
      assertEquals("systemd-run --user --scope -p Delegate=yes ./stockade ...", missing.fix());
      systemd.delegated = true;
      assertEquals("cgroup v2 at " + own, look().orElseThrow().toString());
    }
  }

  /** The shell is not ours, and the slice above would be writable. */
  @Test
  void nothingAboveADelegatedUnitIsTaken() throws Exception {
    Path own = in(SCOPE, 7L, FakeHost.PID);
    fake.process(7, 1, 1, "bash");
    assertEquals(Optional.empty(), look());
    assertEquals(List.of(own.toString()), trail.stream().map(Attempt::place).toList());
    assertEquals("it holds processes that are not ours: 7 (bash)", trail.get(0).why());
  }

  @Test
  void scopeOfAStockadeIsDelegated() throws Exception {
    Path own = in(SCOPE, FakeHost.PID);
    assertEquals("cgroup v2 at " + own, look().orElseThrow().toString());
  }

  @Test
  void markOfNewerSystemd() throws Exception {
    Path own = in(MANAGER + "/app.slice/x.service", FakeHost.PID);
    assertEquals(Optional.empty(), look());
    assertEquals(
        "not known to be delegated: it belongs to systemd's x.service, and there is no user bus",
        trail.get(0).why());
    Files.getFileAttributeView(own, UserDefinedFileAttributeView.class)
        .write("delegate", ByteBuffer.wrap("1".getBytes(StandardCharsets.US_ASCII)));
    assertEquals("cgroup v2 at " + own, look().orElseThrow().toString());
  }

  @Test
  void slicesAndTheManagersOwnCgroupsAreNever() throws Exception {
    in(MANAGER + "/init.scope", FakeHost.PID);
    assertEquals(Optional.empty(), look());
    assertEquals("not delegated: it belongs to systemd itself", trail.get(0).why());
  }

  @Test
  void unitThatTheBusDoesNotKnow() throws Exception {
    in(MANAGER + "/app.slice/other.service", FakeHost.PID);
    Files.createDirectories(folder.resolve("run"));
    try (FakeSystemd systemd =
        new FakeSystemd(folder.resolve("run/bus"), FakeSystemd.Behaviour.DONE)) {
      assertEquals(Optional.empty(), look());
      String why = trail.get(0).why();
      assertTrue(why.startsWith("not known to be delegated: Get(other.service, Delegate)"), why);
      assertTrue(why.contains("is not valid"), why);
      assertEquals(0, systemd.started.size());
    }
  }
}
