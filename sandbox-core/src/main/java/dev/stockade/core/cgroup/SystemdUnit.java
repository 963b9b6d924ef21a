package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.interfaces.Properties;
import org.freedesktop.dbus.types.Variant;

/**
 * A unit of the user's systemd, to which a cgroup belongs.
 *
 * <p>Everything below {@code user@UID.service} is the user's own and can be written, delegated or
 * not. What is not delegated is systemd's all the same: it changes such a cgroup as it sees fit,
 * and when a job in it is killed for its memory, ends the service that the job was started from
 * ({@code OOMPolicy=stop}), systemd.service(5).
 *
 * @param cgroup its path in the v2 hierarchy
 * @param name such as {@code shell.service}
 */
record SystemdUnit(String cgroup, String name) {
  private static final Pattern MANAGER = Pattern.compile("user@\\d+\\.service");

  /** Set by newer versions, and by the system's manager, on what is delegated. */
  private static final String DELEGATE = "delegate";

  /** The unit that a cgroup belongs to; empty where no user's systemd is above it. */
  static Optional<SystemdUnit> of(String cgroup) {
    List<String> parts = Arrays.asList(cgroup.split("/"));
    int unit = parts.size();
    for (int i = 0; i < parts.size(); i++) {
      if (MANAGER.matcher(parts.get(i)).matches()) {
        unit = i + 1;
        while (unit < parts.size() && parts.get(unit).endsWith(".slice")) {
          unit++;
        }
        // In a slice, or in the manager's own service: that is the unit then.
        unit = Math.min(unit, parts.size() - 1);
        break;
      }
    }
    return unit == parts.size()
        ? Optional.empty()
        : Optional.of(
            new SystemdUnit(String.join("/", parts.subList(0, unit + 1)), parts.get(unit)));
  }

  /**
   * Why the unit's cgroup is not ours to change; empty when it is.
   *
   * @param directory where its cgroup is mounted
   */
  Optional<String> whyNotOurs(CgroupHost host, Path directory) {
    if (isManagers()) {
      return Optional.of("not delegated: it belongs to systemd itself");
    }
    if (isOurScope() || isMarked(directory)) {
      return Optional.empty();
    }
    for (Path socket : UserBus.places(host)) {
      if (Files.exists(socket)) {
        return ask(socket);
      }
    }
    return Optional.of(
        "not known to be delegated: it belongs to systemd's "
            + name
            + ", and there is no user bus");
  }

  private boolean isManagers() {
    return name.endsWith(".slice") || MANAGER.matcher(name).matches() || name.equals("init.scope");
  }

  /** Whether a Stockade asked for it, with delegation. */
  private boolean isOurScope() {
    return name.endsWith(".scope")
        && SubtreeName.parse(name.substring(0, name.length() - ".scope".length())).isPresent();
  }

  private static boolean isMarked(Path directory) {
    try {
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class);
      if (view == null || !view.list().contains(DELEGATE)) {
        return false;
      }
      ByteBuffer value = ByteBuffer.allocate(view.size(DELEGATE));
      view.read(DELEGATE, value);
      return new String(value.array(), StandardCharsets.US_ASCII).equals("1");
    } catch (IOException e) {
      return false; // no such attributes on cgroups before Linux 5.7: systemd is asked
    }
  }

  private Optional<String> ask(Path socket) {
    String unitInterface = SystemdManager.SERVICE + "." + type();
    try {
      Object delegate =
          new UserBus(socket, UserBus.TIMEOUT)
              .talk(
                  "Get(" + name + ", Delegate)",
                  (bus, deadline) -> {
                    SystemdManager manager =
                        bus.getRemoteObject(
                            SystemdManager.SERVICE, SystemdManager.OBJECT, SystemdManager.class);
                    DBusPath unit = manager.GetUnitByControlGroup(cgroup);
                    Properties properties =
                        bus.getRemoteObject(
                            SystemdManager.SERVICE, unit.getPath(), Properties.class);
                    Object value = properties.Get(unitInterface, "Delegate");
                    return value instanceof Variant<?> variant ? variant.getValue() : value;
                  });
      return Boolean.TRUE.equals(delegate)
          ? Optional.empty()
          : Optional.of("not delegated: it belongs to systemd's " + name);
    } catch (SandboxException e) {
      return Optional.of("not known to be delegated: " + e.getMessage());
    }
  }

  /** The last part of its interface's name: {@code Service}, {@code Scope} and so on. */
  private String type() {
    String suffix = name.substring(name.lastIndexOf('.') + 1);
    return suffix.isEmpty()
        ? suffix
        : suffix.substring(0, 1).toUpperCase(Locale.ROOT) + suffix.substring(1);
  }
}
