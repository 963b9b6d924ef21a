package dev.stockade.core.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.bin.EmbeddedDBusDaemon;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.exceptions.DBusExecutionException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.interfaces.Properties;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/** A message bus on a socket, with something on it that answers as systemd's manager does. */
public final class FakeSystemd implements AutoCloseable {
  /** What the manager was asked for. */
  record Started(String unit, String mode, List<String> properties, int auxiliaryUnits) {}

  /** What it does then. */
  enum Behaviour {
    DONE,
    FAILED,
    REFUSE,
    SILENT
  }

  private static final DBusPath JOB = new DBusPath("/org/freedesktop/systemd1/job/42");

  /** The cgroup of the only unit that there is. */
  static final String CGROUP =
      "/user.slice/user-1000.slice/user@1000.service/app.slice/shell.service";

  private static final String UNIT = "/org/freedesktop/systemd1/unit/shell_2eservice";

  volatile boolean delegated;

  private final EmbeddedDBusDaemon daemon;
  private final DBusConnection bus;
  final BlockingQueue<Started> started = new LinkedBlockingQueue<>();

  FakeSystemd(Path socket, Behaviour behaviour) throws Exception {
    String address = UserBus.address(socket);
    daemon = daemon(address + ",listen=true", socket);
    bus = connect(address);
    bus.requestBusName(SystemdManager.SERVICE);
    bus.exportObject(SystemdManager.OBJECT, new Manager(this, behaviour));
    bus.exportObject(new Unit());
  }

  /** On a busy host the library's daemon sometimes never listens: not what is tested, either. */
  private static EmbeddedDBusDaemon daemon(String address, Path socket) throws Exception {
    for (int attempt = 1; ; attempt++) {
      EmbeddedDBusDaemon daemon = new EmbeddedDBusDaemon(address);
      daemon.startInBackgroundAndWait(20_000);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (!Files.exists(socket) && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
      if (Files.exists(socket) || attempt == 5) {
        return daemon;
      }
      daemon.close();
    }
  }

  /** On a busy host the library's daemon sometimes drops a first connection: not what is tested. */
  private static DBusConnection connect(String address) throws DBusException {
    for (int attempt = 1; ; attempt++) {
      try {
        return DBusConnectionBuilder.forAddress(address)
            .withShared(false)
            .transportConfig()
            .withTimeout(20_000) // its socket may not be there yet, either
            .back()
            .build();
      } catch (DBusException e) {
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    bus.close();
    daemon.close();
  }

  /** The manager's interface as its implementer sees it: public, for reflection. */
  @DBusInterfaceName(SystemdManager.INTERFACE)
  public interface Exported extends DBusInterface {
    @SuppressWarnings("MethodName")
    void Subscribe();

    @SuppressWarnings("MethodName")
    DBusPath GetUnitByControlGroup(String cgroup);

    @SuppressWarnings("MethodName")
    DBusPath StartTransientUnit(
        String name,
        String mode,
        List<SystemdManager.Property> properties,
        List<SystemdManager.AuxiliaryUnit> aux);

    /** {@code JobRemoved(u id, o job, s unit, s result)}. */
    final class JobRemoved extends DBusSignal {
      public JobRemoved(String path, UInt32 id, DBusPath job, String unit, String result)
          throws DBusException {
        super(path, id, job, unit, result);
      }
    }
  }

  /** The manager. */
  public static final class Manager implements Exported {
    private final FakeSystemd systemd;
    private final Behaviour behaviour;
    private boolean subscribed;

    Manager(FakeSystemd systemd, Behaviour behaviour) {
      this.systemd = systemd;
      this.behaviour = behaviour;
    }

    @Override
    public String getObjectPath() {
      return SystemdManager.OBJECT;
    }

    @Override
    public void Subscribe() {
      subscribed = true;
    }

    @Override
    public DBusPath GetUnitByControlGroup(String cgroup) {
      if (!cgroup.equals(CGROUP)) {
        throw new DBusExecutionException("Control group '" + cgroup + "' is not valid");
      }
      return new DBusPath(UNIT);
    }

    @Override
    public DBusPath StartTransientUnit(
        String name,
        String mode,
        List<SystemdManager.Property> properties,
        List<SystemdManager.AuxiliaryUnit> aux) {
      List<String> shown = properties.stream().map(p -> p.name + "=" + shown(p.value)).toList();
      systemd.started.add(new Started(name, mode, shown, aux.size()));
      if (behaviour == Behaviour.REFUSE) {
        throw new DBusExecutionException("Refusing to be moved");
      }
      if (subscribed && behaviour != Behaviour.SILENT) {
        // Before the answer: the client must not miss it.
        send("another", new DBusPath("/org/freedesktop/systemd1/job/41"), "failed");
        send(name, JOB, behaviour == Behaviour.DONE ? "done" : "failed");
      }
      return JOB;
    }

    private void send(String unit, DBusPath job, String result) {
      try {
        systemd.bus.sendMessage(
            new Exported.JobRemoved(SystemdManager.OBJECT, new UInt32(42), job, unit, result));
      } catch (DBusException e) {
        throw new DBusExecutionException(e.getMessage());
      }
    }

    private static String shown(Variant<?> value) {
      return value.getSig() + ":" + value.getValue();
    }
  }

  /** The unit: public, for reflection. */
  public final class Unit implements Properties {
    @Override
    public String getObjectPath() {
      return UNIT;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <A> A Get(String type, String property) {
      if (!type.equals("org.freedesktop.systemd1.Service") || !property.equals("Delegate")) {
        throw new DBusExecutionException("Unknown property " + type + "." + property);
      }
      return (A) Boolean.valueOf(delegated);
    }

    @Override
    public <A> void Set(String type, String property, A value) {
      throw new DBusExecutionException("Property is read-only");
    }

    @Override
    public Map<String, Variant<?>> GetAll(String type) {
      return Map.of();
    }
  }
}
