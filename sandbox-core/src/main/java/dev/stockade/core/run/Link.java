package dev.stockade.core.run;

import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.LinkPlan;
import dev.stockade.core.executor.Arena;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.Sys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The network namespace of one linked job, made for it and never used again: descriptors only, no
 * process. The kernel frees it when this is closed and the job's processes are gone.
 */
final class Link implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** As much of a table is looked at: some 7,000 sockets; those that listen stand first. */
  private static final int LARGEST_TABLE = 1 << 20;

  private static final int BUFFER = 16 << 10;
  private static final int USER = 0;
  private static final int NET = 1;
  private static final int FIRST_TABLE = 2;

  private final List<Fd> files;

  private Link(List<Fd> files) {
    this.files = List.copyOf(files);
  }

  /**
   * Makes one.
   *
   * @param identities of the job's programs
   */
  static Link make(ZygoteSpawner spawner, List<Identity> identities, Alteration alteration) {
    boolean hasIpv6 = Files.exists(Path.of("/proc/self/net/tcp6"));
    Program program =
        PlanEncoder.encode(
            alteration.plan(LinkPlan.compile(identities, hasIpv6)), Layout.ARENA_ADDRESS);
    try (Arena arena = Arena.create()) {
      arena.write(program);
      alteration.placed(arena, program);
      Fd[] pair = Sys.socketPair();
      try (MessageSocket control = new MessageSocket(pair[0]);
          Child child = spawn(spawner, pair[1], arena)) {
        return new Link(
            receive(control, child, identities, LinkPlan.files(hasIpv6).size(), arena, program));
      }
    }
  }

  /** Its end of the socket is closed here, so that the end of the process is the socket's end. */
  private static Child spawn(ZygoteSpawner spawner, Fd theirs, Arena arena) {
    try (theirs) {
      return Child.adopt(spawner.spawn(theirs, arena.fd()));
    }
  }

  private static List<Fd> receive(
      MessageSocket control,
      Child child,
      List<Identity> identities,
      int count,
      Arena arena,
      Program program) {
    List<Fd> files = new ArrayList<>();
    try {
      while (files.size() < count) {
        Optional<MessageSocket.Message> message = control.receive(PATIENCE_NANOS);
        if (message.isEmpty()) {
          throw Zygote.death(arena, "process " + child.pid() + " of a link", program);
        }
        if (message.get().word() == LinkPlan.MAP_ME) {
          IdMapper.mapLink(child.pid(), identities);
          control.send(0);
        } else if (message.get().word() == LinkPlan.FILE) {
          files.addAll(message.get().fds());
        } else {
          throw new SandboxException("the process of a link said " + message.get().word());
        }
      }
      return files;
    } catch (RuntimeException e) {
      files.forEach(Fd::close);
      throw e;
    }
  }

  /** Sends a zygote what it joins. */
  void sendTo(MessageSocket control) {
    control.send(0, files.get(USER), files.get(NET));
  }

  /** Whether somebody in the namespace listens on a TCP port, at whatever address. */
  boolean listens(int port) {
    return files.subList(FIRST_TABLE, files.size()).stream()
        .anyMatch(table -> TcpTable.listens(read(table), port));
  }

  private static String read(Fd table) {
    StringBuilder text = new StringBuilder();
    try (NativeBuffer buffer = NativeBuffer.allocate(BUFFER)) {
      byte[] bytes = new byte[BUFFER];
      while (text.length() < LARGEST_TABLE) {
        int count = Sys.readAt(table, buffer, text.length());
        if (count == 0) {
          break;
        }
        buffer.get(bytes, 0, count);
        text.append(new String(bytes, 0, count, StandardCharsets.US_ASCII));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    files.forEach(Fd::close);
  }
}
