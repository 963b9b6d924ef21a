package dev.stockade.fuzz.mutation;

import dev.stockade.core.AlteredSandbox;
import dev.stockade.core.Cancellation;
import dev.stockade.core.LinkedRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.Sandbox;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.Alteration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A linked job of two, a server and its client, which is altered, and what the programs and the
 * host find while both are there. Nothing is altered before the job.
 */
final class LinkedBench {
  private static final String SERVER =
      """
      import socket
      listener = socket.create_server(("127.0.0.1", 8080))
      while True:
          listener.accept()[0].sendall(b"hello")
      """;

  /** Says what it met, and waits to be looked at. */
  private static final String CLIENT =
      """
      import fcntl, socket, struct, sys, time
      def attempt(action):
          try:
              return str(action())
          except OSError as refused:
              return refused.strerror
      def connect(port):
          peer = socket.create_connection(("127.0.0.1", port), timeout=10)
          return peer.recv(100).decode()
      print("server", attempt(lambda: connect(8080)))
      print("host", attempt(lambda: connect(int(sys.argv[1]))))
      down = struct.pack("16sH22x", b"lo", 0)
      print("down", attempt(lambda: fcntl.ioctl(socket.socket(), 0x8914, down)))
      print("interfaces", socket.if_nameindex())
      print("end", flush=True)
      time.sleep(1000)
      """;

  private static final String WANTED =
      """
      server hello
      host Connection refused
      down Operation not permitted
      interfaces [(1, 'lo')]
      end
      """;

  /** Enough for both to start and to be looked at on a slow machine. */
  private static final LimitOverrides TIME =
      new LimitOverrides(Duration.ofMinutes(1), Duration.ofSeconds(40), null, null, null, null);

  private final Policy policy = Samples.policy(Samples.LINKED);
  private final Broken broken = new Broken();

  /** What is altered from some moment on. */
  private static final class Armed implements Alteration {
    private final Alteration alteration;
    private volatile boolean isArmed;

    Armed(Alteration alteration) {
      this.alteration = alteration;
    }

    @Override
    public Plan plan(Plan plan) {
      return isArmed ? alteration.plan(plan) : plan;
    }
  }

  /** The promises that do not hold. */
  static List<String> look(Alteration alteration) throws InterruptedException {
    LinkedBench bench = new LinkedBench();
    Armed armed = new Armed(alteration);
    Set<Long> before = HostProcess.childrenOf(Sys.pid());
    try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Sandbox sandbox =
            AlteredSandbox.open(bench.policy, Samples.options(Samples.LINKED), armed)) {
      Set<Long> ordinary = HostProcess.childrenOf(Sys.pid());
      armed.isArmed = true;
      bench.look(sandbox, host.getLocalPort(), ordinary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Set<Long> left = new TreeSet<>(HostProcess.childrenOf(Sys.pid()));
    left.removeAll(before);
    if (!left.isEmpty()) {
      bench.broken.add("processes are left: " + left);
    }
    return bench.broken.all();
  }

  private void look(Sandbox sandbox, int hostPort, Set<Long> others) throws InterruptedException {
    Heard heard = new Heard();
    Cancellation cancellation = new Cancellation();
    List<LinkedRun.Program> programs =
        List.of(
            new LinkedRun.Program(
                "server",
                sandbox,
                RunRequest.command("python3", "-c", SERVER).limits(TIME).build(),
                true,
                null),
            new LinkedRun.Program(
                "client",
                sandbox,
                RunRequest.command("python3", "-c", CLIENT, Integer.toString(hostPort))
                    .stdoutTo(heard)
                    .limits(TIME)
                    .build(),
                false,
                new LinkedRun.After("server", 8080)));
    FutureTask<?> run = new FutureTask<>(() -> LinkedRun.run(programs, cancellation));
    Thread thread =
        new Thread(
            () -> {
              run.run();
              heard.said.countDown();
            },
            "linked");
    thread.start();
    heard.said.await();
    if (!run.isDone()) {
      broken.check("what the client met", WANTED, heard.text());
      fromOutside(others);
    }
    cancellation.cancel();
    thread.join();
    String ended = howItEnded(run);
    if (ended != null) {
      broken.add(ended);
    }
  }

  private static @Nullable String howItEnded(FutureTask<?> run) throws InterruptedException {
    try {
      return "the programs ended: " + run.get();
    } catch (ExecutionException e) {
      return e.getCause() instanceof CancellationException
          ? null
          : "does not run: " + e.getCause().getMessage();
    }
  }

  /** Each program has a zygote of its own, all are in one network namespace, nobody else is. */
  private void fromOutside(Set<Long> others) {
    List<HostProcess> zygotes = new ArrayList<>();
    Set<String> networks = new LinkedHashSet<>();
    Set<String> users = new LinkedHashSet<>();
    Set<Long> ours = new TreeSet<>(HostProcess.childrenOf(Sys.pid()));
    ours.removeAll(others);
    for (long pid : ours) {
      HostProcess process = new HostProcess(pid);
      process.namespace("net").ifPresent(networks::add);
      if (!process.status().getOrDefault("NSpid", "").contains("\t")) {
        zygotes.add(process);
        process.namespace("user").ifPresent(users::add);
      }
    }
    broken.check("zygotes", 2, zygotes.size());
    HostPromises promises = new HostPromises(policy, false, broken);
    zygotes.forEach(promises::zygote);
    if (HostPromises.AS_ROOT) {
      broken.check("network namespaces", 1, networks.size());
      broken.check("user namespaces of zygotes", zygotes.size(), users.size());
    }
    others.forEach(
        pid ->
            broken.check(
                "an ordinary zygote's network is the link's",
                false,
                new HostProcess(pid).namespace("net").map(networks::contains).orElse(false)));
  }

  /** Notices the client's last line. */
  private static final class Heard extends ByteArrayOutputStream {
    private final CountDownLatch said = new CountDownLatch(1);

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      super.write(bytes, offset, length);
      if (text().endsWith("end\n")) {
        said.countDown();
      }
    }

    String text() {
      return toString(StandardCharsets.UTF_8);
    }
  }
}
