package dev.stockade.core.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.SandboxException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The request to systemd, over a real message bus with a manager of ours on it. */
@Timeout(120)
class SystemdScopeTest {
  private static final Duration AMPLE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void scopeWithOurProcessAndADelegatedCgroup() throws Exception {
    Path socket = folder.resolve("bus");
    try (FakeSystemd systemd = new FakeSystemd(socket, FakeSystemd.Behaviour.DONE)) {
      new SystemdScope(socket, AMPLE).start("stockade-1-2-3-0.scope", 4711);
      FakeSystemd.Started started = systemd.started.remove();
      assertEquals("stockade-1-2-3-0.scope", started.unit());
      assertEquals("fail", started.mode());
      assertEquals(
          List.of(
              "Description=s:Stockade sandboxes",
              "Delegate=b:true",
              "PIDs=au:[4711]",
              "CollectMode=s:inactive-or-failed"),
          started.properties());
      assertEquals(0, started.auxiliaryUnits());
    }
  }

  @Test
  void jobThatFails() throws Exception {
    String message = failure(FakeSystemd.Behaviour.FAILED, AMPLE);
    assertTrue(message.contains("systemd's job ended with \"failed\""), message);
  }

  @Test
  void refusal() throws Exception {
    String message = failure(FakeSystemd.Behaviour.REFUSE, AMPLE);
    assertTrue(message.contains("Refusing to be moved"), message);
  }

  @Test
  void jobThatNeverEnds() throws Exception {
    String message = failure(FakeSystemd.Behaviour.SILENT, Duration.ofSeconds(10));
    assertTrue(
        message.contains("no answer within 10 s") || message.contains("no JobRemoved"), message);
  }

  private String failure(FakeSystemd.Behaviour behaviour, Duration timeout) throws Exception {
    Path socket = folder.resolve("bus");
    try (FakeSystemd systemd = new FakeSystemd(socket, behaviour)) {
      SystemdScope scope = new SystemdScope(socket, timeout);
      SandboxException e = assertThrows(SandboxException.class, () -> scope.start("x.scope", 1));
      assertEquals(1, systemd.started.size());
      assertTrue(e.getMessage().startsWith("StartTransientUnit(x.scope) over " + socket));
      return e.getMessage();
    }
  }

  @Test
  void noBus() {
    SystemdScope scope = new SystemdScope(folder.resolve("bus"), AMPLE);
    SandboxException e = assertThrows(SandboxException.class, () -> scope.start("x.scope", 1));
    assertTrue(e.getMessage().contains("StartTransientUnit(x.scope)"), e.getMessage());
  }

  @Test
  void socketThatNeverAnswers() throws Exception {
    Path socket = folder.resolve("bus");
    try (ServerSocketChannel mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      mute.bind(UnixDomainSocketAddress.of(socket));
      SystemdScope scope = new SystemdScope(socket, Duration.ofSeconds(1));
      SandboxException e = assertThrows(SandboxException.class, () -> scope.start("x.scope", 1));
      assertTrue(e.getMessage().contains("no answer within 1 s"), e.getMessage());
    }
  }

  @Test
  void addressesAreEscaped() {
    assertEquals("unix:path=/run/user/1000/bus", UserBus.address(Path.of("/run/user/1000/bus")));
    assertEquals("unix:path=/a%2cb%20%25%c3%a9", UserBus.address(Path.of("/a,b %é")));
  }
}
