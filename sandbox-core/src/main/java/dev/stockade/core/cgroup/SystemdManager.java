package dev.stockade.core.cgroup;

import java.util.List;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.annotations.Position;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.types.Variant;

/** What we use of systemd's manager: org.freedesktop.systemd1(5). Method names are its names. */
@DBusInterfaceName(SystemdManager.INTERFACE)
interface SystemdManager extends DBusInterface {
  String SERVICE = "org.freedesktop.systemd1";
  String OBJECT = "/org/freedesktop/systemd1";
  String INTERFACE = "org.freedesktop.systemd1.Manager";

  /**
   * The signal at the end of what a method call began: {@code JobRemoved(u id, o job, s unit, s
   * result)}, with a result such as {@code done}, {@code failed}, {@code canceled} or {@code
   * timeout}.
   */
  String JOB_REMOVED = "JobRemoved";

  /** Asks for signals to be sent at all. */
  @SuppressWarnings("MethodName")
  void Subscribe();

  /** {@code StartTransientUnit(in s name, in s mode, in a(sv) properties, in a(sa(sv)) aux)}. */
  @SuppressWarnings("MethodName")
  DBusPath StartTransientUnit(
      String name, String mode, List<Property> properties, List<AuxiliaryUnit> aux);

  /** {@code GetUnitByControlGroup(in s cgroup, out o unit)}. */
  @SuppressWarnings("MethodName")
  DBusPath GetUnitByControlGroup(String cgroup);

  /** {@code (sv)}. */
  final class Property extends Struct {
    @Position(0)
    public final String name;

    @Position(1)
    public final Variant<?> value;

    public Property(String name, Variant<?> value) {
      this.name = name;
      this.value = value;
    }
  }

  /** {@code (sa(sv))}: further units, of which we never start any. */
  final class AuxiliaryUnit extends Struct {
    @Position(0)
    public final String name;

    @Position(1)
    public final List<Property> properties;

    public AuxiliaryUnit(String name, List<Property> properties) {
      this.name = name;
      this.properties = properties;
    }
  }
}
