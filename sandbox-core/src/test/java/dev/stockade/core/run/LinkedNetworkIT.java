package dev.stockade.core.run;

import static dev.stockade.core.run.LinkedPrograms.AMPLE;
import static dev.stockade.core.run.LinkedPrograms.CLIENT;
import static dev.stockade.core.run.LinkedPrograms.SERVER;
import static dev.stockade.core.run.LinkedPrograms.after;
import static dev.stockade.core.run.LinkedPrograms.assertVerdict;
import static dev.stockade.core.run.LinkedPrograms.children;
import static dev.stockade.core.run.LinkedPrograms.program;
import static dev.stockade.core.run.LinkedPrograms.python;
import static dev.stockade.core.run.LinkedPrograms.ran;
import static dev.stockade.core.run.LinkedPrograms.run;
import static dev.stockade.core.run.LinkedPrograms.service;
import static dev.stockade.core.run.LinkedPrograms.telling;
import static dev.stockade.core.run.LinkedPrograms.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Cancellation;
import dev.stockade.core.LinkedResult;
import dev.stockade.core.LinkedRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs of a linked job reach each other, and nothing and nobody else. */
final class LinkedNetworkIT {
  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    LinkedPrograms.open();
  }

  @AfterAll
  static void close() {
    LinkedPrograms.close();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "::1"})
  void aClientReachesItsServer(String address) {
    if (address.equals("::1")) {
      Needs.machine(
          "IPv6",
          Files.exists(Path.of("/proc/net/if_inet6"))
              ? Optional.empty()
              : Optional.of("the kernel has none: no /proc/net/if_inet6"));
    }
    LinkedResult result =
        run(
            service("server", python(SERVER, address)),
            after("server", "client", python(CLIENT, address)));
    assertVerdict(Verdict.OK, result);
    assertEquals("HELLO", text(result, 1));
    assertTrue(result.programs().get(0).dismissed());
    assertEquals("dismissed", ran(result, 0).evidence().killedFor());
    assertEquals(Verdict.OK, ran(result, 0).verdict());
  }

  /** They do not wait for each other's sockets: what is sent first is sent again. */
  @Test
  void datagramsAndAbstractUnixSocketsPassBetweenThem() {
    String receiver =
        """
        import socket
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 9000))
        unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        unix.bind("\\0meeting")
        unix.listen()
        listener = socket.create_server(("127.0.0.1", 8080))
        print(udp.recv(100).decode())
        print(unix.accept()[0].recv(100).decode())
        """;
    String sender =
        """
        import socket
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.sendto(b"datagram", ("127.0.0.1", 9000))
        unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        unix.connect("\\0meeting")
        unix.sendall(b"stream")
        """;
    LinkedResult result =
        run(program("receiver", python(receiver)), after("receiver", "sender", python(sender)));
    assertVerdict(Verdict.OK, result);
    assertEquals("datagram\nstream", text(result, 0));
  }

  @Test
  void theHostsLoopbackIsNotReached() throws IOException {
    try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String prober =
          """
          import socket, sys
          for address in ("127.0.0.1", sys.argv[2]):
              try:
                  socket.create_connection((address, int(sys.argv[1])), timeout=5)
                  print("connected to", address)
              except OSError as refused:
                  print(refused.strerror)
          print(socket.if_nameindex())
          """;
      LinkedResult result =
          run(
              service("server", python(SERVER, "127.0.0.1")),
              program(
                  "prober", python(prober, Integer.toString(host.getLocalPort()), "198.51.100.1")));
      assertVerdict(Verdict.OK, result);
      assertEquals("Connection refused\nNetwork is unreachable\n[(1, 'lo')]", text(result, 1));
    }
  }

  /** Both have a server on one port, and the other's second port is nobody's. */
  @Test
  void anotherLinkedJobAtTheSameTimeIsNotReached() throws Exception {
    String two =
        """
        import socket, time
        other = socket.create_server(("127.0.0.1", 8081))
        same = socket.create_server(("127.0.0.1", 8080))
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind("\\0name")
        print("up", flush=True)
        time.sleep(1000)
        """;
    String alone =
        """
        import socket
        same = socket.create_server(("127.0.0.1", 8080))
        abstract = socket.socket(socket.AF_UNIX)
        try:
            abstract.connect("\\0name")
        except OSError as refused:
            print(refused.strerror)
        abstract.bind("\\0name")
        try:
            socket.create_connection(("127.0.0.1", 8081))
        except OSError as refused:
            print(refused.strerror)
        """;
    CountDownLatch up = new CountDownLatch(1);
    Cancellation cancellation = new Cancellation();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<LinkedResult> first =
          thread.submit(
              () ->
                  LinkedRun.run(
                      List.of(
                          program("two", python(two).stdoutTo(telling(up))),
                          program("idle", RunRequest.command("sleep", "1000").limits(AMPLE))),
                      cancellation));
      assertTrue(up.await(5, TimeUnit.MINUTES));
      LinkedResult second = run(program("one", python(alone)), program("other", python("pass")));
      assertFalse(first.isDone());
      cancellation.cancel();
      assertThrows(ExecutionException.class, first::get);
      assertVerdict(Verdict.OK, second);
      assertEquals("Connection refused\nConnection refused", text(second, 0));
    } finally {
      cancellation.cancel();
      thread.shutdown();
    }
  }

  /** Sockets (TIME_WAIT, too, keeps a port), counters, cgroups, processes. */
  @Test
  void nothingSurvivesForTheNextJob() throws InterruptedException {
    String look =
        """
        import os, socket
        socket.socket().bind(("127.0.0.1", 8080))
        if os.path.exists("/proc/self/net/tcp"):
            print(open("/proc/self/net/tcp").read().count("\\n"))
            rows = [line.split() for line in open("/proc/self/net/snmp") if line.startswith("Tcp:")]
            print(dict(zip(*rows))["ActiveOpens"])
        else: # with subset=pid newer kernels show none of it
            print("hidden")
        """;
    // What an ordinary run had is given back when its results are known already.
    Processes.await(
        "an earlier test's run has given back what it had",
        () ->
            Processes.inits().size() == Processes.waitingInits().size()
                && Processes.inits().size() == Sandbox.openLeases());
    int leases = Sandbox.openLeases();
    Set<Integer> before = children();
    for (int i = 0; i < 3; i++) {
      LinkedResult looked = run(program("look", python(look)), program("idle", python("pass")));
      assertVerdict(Verdict.OK, looked);
      assertTrue(Set.of("1\n0", "hidden").contains(text(looked, 0)), () -> text(looked, 0));
      assertVerdict(
          Verdict.OK,
          run(
              service("server", python(SERVER, "127.0.0.1")),
              after("server", "client", python(CLIENT, "127.0.0.1"))));
    }
    assertEquals(leases, Sandbox.openLeases());
    assertEquals(before, children());
  }

  /** The service goes on to its dismissal whatever its neighbour tries. */
  @Test
  void theyShareNoProcessFileOrSignal() {
    String victim =
        """
        import socket, os
        for folder in (".", "/tmp", "/dev/shm"):
            open(folder + "/secret", "w").close()
        listener = socket.create_server(("127.0.0.1", 8080))
        listener.accept()
        """;
    String attacker =
        """
        import os, signal
        print([name for name in os.listdir("/proc") if name.isdigit()] == [str(os.getpid())])
        print(os.listdir("."), os.listdir("/tmp"), os.listdir("/dev/shm"))
        for pid in range(1, 5000):
            if pid != os.getpid():
                try:
                    os.kill(pid, signal.SIGKILL)
                    if pid != 1:
                        print("killed", pid)
                except OSError:
                    pass
        """;
    LinkedResult result =
        run(service("victim", python(victim)), after("victim", "attacker", python(attacker)));
    assertVerdict(Verdict.OK, result);
    assertEquals("True\n[] [] []", text(result, 1));
    assertTrue(result.programs().get(0).dismissed(), result::toString);
  }

  @Test
  void nobodyHasPowerOverTheNetwork() {
    String tries =
        """
        import fcntl, socket, struct
        down = struct.pack("16sH22x", b"lo", 0)
        try:
            fcntl.ioctl(socket.socket(), 0x8914, down)
        except OSError as refused:
            print(refused.strerror)
        try:
            socket.socket().bind(("127.0.0.1", 80))
        except OSError as refused:
            print(refused.strerror)
        """;
    LinkedResult result = run(program("one", python(tries)), program("two", python("pass")));
    assertVerdict(Verdict.OK, result);
    assertEquals("Operation not permitted\nPermission denied", text(result, 0));
  }

  @Test
  void aPolicyWithoutANetworkIsNotLinkedAndOneThatMayBeHasNoneAlone() {
    RunRequest socket =
        python("import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)").build();
    RunResult alone = LinkedPrograms.sandbox().run(socket);
    assertEquals(1, alone.exitCode());
    assertTrue(
        new String(alone.stderr().bytes(), StandardCharsets.UTF_8)
            .contains("Address family not supported by protocol"));
    try (Sandbox without = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 0))) {
      InvalidRequestException refused =
          assertThrows(
              InvalidRequestException.class,
              () ->
                  run(
                      program("with", python("pass")),
                      new LinkedRun.Program("without", without, socket, false, null)));
      assertEquals("programs[1].policy", refused.field());
    }
  }
}
