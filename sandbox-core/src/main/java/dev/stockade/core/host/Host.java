package dev.stockade.core.host;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.seccomp.SeccompCompiler;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The host as probes see it; every member can be made up by a test.
 *
 * @param architecture of the JVM and thus of our machine code, as Java names it
 * @param environment the environment variables of this process
 * @param seccompFault why libseccomp cannot be used; {@code null} when it can
 */
record Host(
    HostFiles files,
    HostCalls calls,
    ProcStatus status,
    User user,
    String architecture,
    Map<String, String> environment,
    CgroupFacts cgroups,
    @Nullable HostUnsupportedException seccompFault) {

  /** The host that this JVM runs on. */
  static Host current() {
    return current(CgroupFacts::search);
  }

  /**
   * The host that this JVM runs on.
   *
   * @param cgroups what the user of a name has of them
   */
  static Host current(Function<String, CgroupFacts> cgroups) {
    HostFiles files = HostFiles.current();
    ProcStatus status = ProcStatus.of(files);
    User user = User.of(files, status.uid(), System.getProperty("user.name", ""));
    return new Host(
        files,
        new LibcCalls(),
        status,
        user,
        System.getProperty("os.arch", ""),
        System.getenv(),
        cgroups.apply(user.name()),
        tryLibSeccomp());
  }

  Container container() {
    return Container.of(files, environment);
  }

  MountTable mounts() {
    String text = files.read("/proc/self/mountinfo");
    return MountTable.parse(text == null ? "" : text);
  }

  private static @Nullable HostUnsupportedException tryLibSeccomp() {
    try {
      SeccompCompiler unused = new SeccompCompiler();
      return null;
    } catch (HostUnsupportedException fault) {
      return fault;
    }
  }
}
