package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.freedesktop.dbus.DBusMatchRule;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.connections.impl.DBusConnection;
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
  private final Path socket;
  private final UserBus userBus;

  SystemdScope(Path socket, Duration timeout) {
    this.socket = socket;
    this.userBus = new UserBus(socket, timeout);
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

  /**
   * Moves the process into a new scope and returns when it is there.
   *
   * @throws SandboxException when systemd cannot be reached or refuses, with the reason
   */
  void start(String unit, long pid) {
    String call = "StartTransientUnit(" + unit + ")";
    String result = userBus.talk(call, (bus, deadline) -> startAndAwait(bus, unit, pid, deadline));
    if (!result.equals("done")) {
      throw new SandboxException(
          call + " over " + socket + ": systemd's job ended with \"" + result + "\"");
    }
  }

  private static String startAndAwait(DBusConnection bus, String unit, long pid, long deadline)
      throws Exception {
    Map<String, String> results = new ConcurrentHashMap<>();
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
