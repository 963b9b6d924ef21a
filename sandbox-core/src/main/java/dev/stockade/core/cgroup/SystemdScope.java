package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.freedesktop.dbus.DBusMatchRule;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/**
 * A transient scope unit with our process in it and its cgroup delegated to us, asked from the
 * user's systemd over D-Bus: what {@code systemd-run --user --scope -p Delegate=yes} does. The
 * scope goes when its last process has gone.
 */
final class SystemdScope {
  /** A bus that listens accepts at once; the library tries a dead socket again until then. */
  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  private final Path socket;
  private final Duration timeout;

  SystemdScope(Path socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
  }

  /** The unit's name for a process. */
  static String unitName(CgroupHost host) {
    return SubtreeName.fresh(host) + ".scope";
  }

  /** The scope's properties, as systemd.scope(5) and systemd.resource-control(5) name them. */
  static List<SystemdManager.Property> properties(long pid) {
    return List.of(
        new SystemdManager.Property("Description", new Variant<>("Stockade sandboxes")),
        new SystemdManager.Property("Delegate", new Variant<>(true)),
        new SystemdManager.Property("PIDs", new Variant<>(List.of(new UInt32(pid)), "au")),
        // Forget the unit also when it failed, so that nothing of it stays.
        new SystemdManager.Property("CollectMode", new Variant<>("inactive-or-failed")));
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

  /**
   * Moves the process into a new scope and returns when it is there.
   *
   * @throws SandboxException when systemd cannot be reached or refuses, with the reason
   */
  void start(String unit, long pid) {
    String what = "StartTransientUnit(" + unit + ") over " + socket;
    long deadline = System.nanoTime() + timeout.toNanos();
    Callable<String> call = () -> startAndAwait(unit, pid, deadline);
    FutureTask<String> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "stockade-dbus"); // the library has no time limit of its own
    thread.setDaemon(true);
    thread.start();
    String result;
    try {
      result = task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
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
    if (!result.equals("done")) {
      throw new SandboxException(what + ": systemd's job ended with \"" + result + "\"");
    }
  }

  private static String message(Throwable e) {
    return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
  }

  private String startAndAwait(String unit, long pid, long deadline) throws Exception {
    Map<String, String> results = new ConcurrentHashMap<>();
    try (DBusConnection bus = connect()) {
      // Listen first: the job may be over before the method call's answer is here.
      AutoCloseable listening =
          bus.addGenericSigHandler(
              new DBusMatchRule("signal", SystemdManager.INTERFACE, SystemdManager.JOB_REMOVED),
              signal -> note(signal, results));
      SystemdManager manager =
          bus.getRemoteObject(SystemdManager.SERVICE, SystemdManager.OBJECT, SystemdManager.class);
      manager.Subscribe();
      DBusPath job = manager.StartTransientUnit(unit, "fail", properties(pid), List.of());
      String result = await(results, job.getPath(), deadline);
      listening.close();
      return result;
    }
  }

  private DBusConnection connect() throws DBusException {
    return DBusConnectionBuilder.forAddress(address(socket))
        .withShared(false)
        .transportConfig()
        .withTimeout(CONNECT_TIMEOUT_MILLIS)
        .back()
        .build();
  }

  private static void note(DBusSignal jobRemoved, Map<String, String> results) {
    try {
      Object[] parameters = jobRemoved.getParameters();
      synchronized (results) {
        results.put(((DBusPath) parameters[1]).getPath(), (String) parameters[3]);
        results.notifyAll();
      }
    } catch (DBusException e) {
      throw new IllegalStateException("JobRemoved cannot be read", e);
    }
  }

  private static String await(Map<String, String> results, String job, long deadline)
      throws InterruptedException {
    synchronized (results) {
      while (!results.containsKey(job)) {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) {
          return "no JobRemoved signal in time";
        }
        results.wait(millis);
      }
      return results.get(job);
    }
  }
}
