package dev.stockade.core.host;

import java.util.Map;

/**
 * The host as probes see it; every member can be made up by a test.
 *
 * @param architecture of the JVM and thus of our machine code, as Java names it
 * @param environment the environment variables of this process
 */
record Host(
    HostFiles files,
    HostCalls calls,
    ProcStatus status,
    User user,
    String architecture,
    Map<String, String> environment,
    CgroupFacts cgroups) {

  /** The host that this JVM runs on. */
  static Host current(CgroupFacts cgroups) {
    HostFiles files = HostFiles.current();
    ProcStatus status = ProcStatus.of(files);
    return new Host(
        files,
        new LibcCalls(),
        status,
        User.of(files, status.uid(), System.getProperty("user.name", "")),
        System.getProperty("os.arch", ""),
        System.getenv(),
        cgroups);
  }

  Container container() {
    return Container.of(files, environment);
  }

  MountTable mounts() {
    String text = files.read("/proc/self/mountinfo");
    return MountTable.parse(text == null ? "" : text);
  }
}
