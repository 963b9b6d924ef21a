package dev.stockade.fuzz.calls;

import java.util.List;
import java.util.Random;

/** Names of files that a hostile program would try. */
final class Paths {
  private static final List<String> NAMES =
      List.of(
          "",
          ".",
          "..",
          "/",
          "/box",
          "/box/..",
          "/tmp",
          "/tmp/f",
          "/dev/shm",
          "/dev/shm/f",
          "/dev",
          "/dev/null",
          "/dev/zero",
          "/dev/full",
          "/dev/random",
          "/dev/urandom",
          "/dev/tty",
          "/dev/ptmx",
          "/dev/pts/0",
          "/dev/kmsg",
          "/dev/mem",
          "/dev/stdin",
          "/dev/fd/3",
          "/proc",
          "/proc/self",
          "/proc/self/exe",
          "/proc/self/cwd",
          "/proc/self/root",
          "/proc/self/root/..",
          "/proc/self/fd",
          "/proc/self/fd/0",
          "/proc/self/fd/1",
          "/proc/self/fd/3",
          "/proc/self/fdinfo/3",
          "/proc/self/maps",
          "/proc/self/smaps",
          "/proc/self/pagemap",
          "/proc/self/environ",
          "/proc/self/status",
          "/proc/self/mountinfo",
          "/proc/self/cgroup",
          "/proc/self/ns/user",
          "/proc/self/ns/mnt",
          "/proc/self/ns/pid",
          "/proc/self/ns/net",
          "/proc/self/ns/cgroup",
          "/proc/self/uid_map",
          "/proc/self/setgroups",
          "/proc/self/oom_score_adj",
          "/proc/self/coredump_filter",
          "/proc/self/clear_refs",
          "/proc/self/comm",
          "/proc/self/attr/current",
          "/proc/self/net/snmp",
          "/proc/self/timers",
          "/proc/self/task",
          "/proc/self/auxv",
          "/proc/thread-self/children",
          "/proc/1",
          "/proc/1/exe",
          "/proc/1/root",
          "/proc/1/mem",
          "/proc/1/fd",
          "/proc/1/ns/user",
          "/proc/1/environ",
          "/proc/2/stat",
          "/proc/sys/kernel/core_pattern",
          "/proc/sys/kernel/hostname",
          "/proc/sysrq-trigger",
          "/proc/keys",
          "/proc/loadavg",
          "/proc/kcore",
          "/sys",
          "/sys/fs/cgroup",
          "/sys/fs/cgroup/cgroup.procs",
          "/.host",
          "/etc/passwd",
          "/etc/shadow",
          "/etc/hosts",
          "/root",
          "/home",
          "/run",
          "/var",
          "/usr",
          "/usr/bin/true",
          "/usr/bin/su",
          "/usr/lib",
          "/bin/sh",
          "/lib64",
          "/canary",
          "/canary/file",
          "/canary/new",
          "../../../../../../../../canary/file",
          "fuzz",
          "a",
          "b",
          "c",
          "d",
          "d/e",
          "a/b/c",
          "link",
          "fifo",
          "/box/a",
          "/box/d/./../a",
          "/tmp/a",
          "a\nb",
          "\u00ff\u00fe",
          "//box///a/",
          "x".repeat(255),
          "x".repeat(256),
          "y/".repeat(2047),
          "z".repeat(5000));

  private static final List<String> OWN =
      List.of(
          "a", "b", "c", "d", "d/a", "e", "link", "fifo", "/tmp/a", "/dev/shm/a", "/box/b", ".");

  private static final List<String> ATTRIBUTES =
      List.of(
          "user.a",
          "user.b",
          "trusted.a",
          "security.capability",
          "security.selinux",
          "system.posix_acl_access",
          "system.posix_acl_default",
          "",
          "user.",
          "user." + "n".repeat(250),
          "user." + "n".repeat(251),
          "a");

  private Paths() {}

  /** Half of them are the program's own: what it made a moment ago, or will make. */
  static String any(Random random) {
    if (random.nextBoolean()) {
      return OWN.get(random.nextInt(OWN.size()));
    }
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  static String attribute(Random random) {
    return ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()));
  }
}
