package dev.stockade.core.host;

import dev.stockade.core.fault.SandboxException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to the kernel: {@code /proc/self/status}, proc_pid_status(5).
 *
 * @param uid effective user id
 * @param capabilities the effective set, capabilities(7)
 * @param noNewPrivileges whether setuid programs gain nothing any more
 * @param seccompMode 0 none, 1 strict, 2 filtered
 */
record ProcStatus(long uid, long capabilities, boolean noNewPrivileges, int seccompMode) {
  private static final int CAP_SYS_ADMIN = 21;

  /** {@code Uid:} holds the real, effective, saved and file-system id. */
  private static final int EFFECTIVE = 1;

  static ProcStatus of(HostFiles files) {
    String text = files.read("/proc/self/status");
    if (text == null) {
      throw new SandboxException("/proc/self/status cannot be read: is /proc mounted?");
    }
    return parse(text);
  }

  static ProcStatus parse(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String line : text.split("\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return new ProcStatus(
        Long.parseLong(needed(fields, "Uid").split("\\s+")[EFFECTIVE]),
        Long.parseUnsignedLong(needed(fields, "CapEff"), 16),
        needed(fields, "NoNewPrivs").equals("1"),
        Integer.parseInt(fields.getOrDefault("Seccomp", "0"))); // absent without CONFIG_SECCOMP
  }

  private static String needed(Map<String, String> fields, String name) {
    @Nullable String value = fields.get(name);
    if (value == null) {
      throw new SandboxException("/proc/self/status has no line " + name);
    }
    return value;
  }

  /** Whether rules for unprivileged users do not bind us. */
  boolean mayAdministrate() {
    return (capabilities & 1L << CAP_SYS_ADMIN) != 0;
  }
}
