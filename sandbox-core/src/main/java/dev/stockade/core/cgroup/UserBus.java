package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;

/** The user's message bus, with a time limit for every conversation on it. */
final class UserBus {
  /** Ample: on a slow machine the library alone needs ten seconds to begin. */
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** A bus that listens accepts at once; the library tries a dead socket again until then. */
  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  /** Held here: java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger LIBRARY = Logger.getLogger("org.freedesktop.dbus");

  static {
    // It tells at INFO which transport it uses, in the middle of a program's own error output.
    if (LIBRARY.getLevel() == null) {
      LIBRARY.setLevel(Level.WARNING);
    }
  }

  private final Path socket;
  private final Duration timeout;

  UserBus(Path socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
  }

  /** What is said on the bus. */
  @FunctionalInterface
  interface Conversation<T> {
    /**
     * @param deadline when to give up, of {@link System#nanoTime}
     */
    T with(DBusConnection bus, long deadline) throws Exception;
  }

  /**
   * Where the socket may be: {@code XDG_RUNTIME_DIR} says it; sudo, su and cron lose that, so also
   * the usual place.
   */
  static Set<Path> places(CgroupHost host) {
    Set<Path> sockets = new LinkedHashSet<>();
    String runtimeDir = host.environment("XDG_RUNTIME_DIR");
    if (runtimeDir != null && !runtimeDir.isEmpty()) {
      sockets.add(Path.of(runtimeDir).resolve("bus"));
    }
    sockets.add(Path.of("/run/user", Integer.toUnsignedString(host.uid()), "bus"));
    return sockets;
  }

  /**
   * Connects, talks and disconnects.
   *
   * @param call for the message of a failure
   * @throws SandboxException when the bus cannot be reached, refuses or does not answer in time
   */
  <T> T talk(String call, Conversation<T> conversation) {
    String what = call + " over " + socket;
    long deadline = System.nanoTime() + timeout.toNanos();
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              try (DBusConnection bus = connect()) {
                return conversation.with(bus, deadline);
              }
            });
    Thread thread = new Thread(task, "stockade-dbus"); // the library has no time limit of its own
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new SandboxException(what + ": no answer within " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new SandboxException(what + ": " + message(e.getCause()), e);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new SandboxException(what + ": interrupted", e);
    }
  }

  private static String message(Throwable e) {
    return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
  }

  private DBusConnection connect() throws Exception {
    return DBusConnectionBuilder.forAddress(address(socket))
        .withShared(false)
        .transportConfig()
        .withTimeout(CONNECT_TIMEOUT_MILLIS)
        .back()
        .build();
  }

  /** The D-Bus address of a socket; bytes other than plain ones are written {@code %xx}. */
  static String address(Path socket) {
    StringBuilder address = new StringBuilder("unix:path=");
    for (byte b : socket.toString().getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-_/.\\*".indexOf(c) >= 0);
      if (plain) {
        address.append(c);
      } else {
        address.append(String.format(Locale.ROOT, "%%%02x", (int) c));
      }
    }
    return address.toString();
  }
}
