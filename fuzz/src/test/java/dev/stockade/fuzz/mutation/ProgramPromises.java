package dev.stockade.fuzz.mutation;

import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.PayloadPlan;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.HostSurvey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a program is promised to find about itself and around itself, held against the probe. */
final class ProgramPromises {
  private static final String NONE = "0000000000000000";

  /** How /proc/PID/limits calls them. */
  static final Map<String, String> LIMIT_LINES =
      Map.of(
          "RLIMIT_CORE", "Max core file size",
          "RLIMIT_FSIZE", "Max file size",
          "RLIMIT_NOFILE", "Max open files",
          "RLIMIT_STACK", "Max stack size",
          "RLIMIT_MEMLOCK", "Max locked memory",
          "RLIMIT_MSGQUEUE", "Max msgqueue size",
          "RLIMIT_SIGPENDING", "Max pending signals",
          "RLIMIT_NICE", "Max nice priority",
          "RLIMIT_RTPRIO", "Max realtime priority");

  private final Policy policy;
  private final boolean hasTerminal;
  private final Seen seen;
  private final Broken broken;

  ProgramPromises(Policy policy, boolean hasTerminal, Seen seen, Broken broken) {
    this.policy = policy;
    this.hasTerminal = hasTerminal;
    this.seen = seen;
    this.broken = broken;
  }

  void check() {
    status();
    limits();
    facts();
    folders();
    files();
    new MountPromises(policy, seen.lines("/proc/self/mountinfo"), broken).check();
    for (String line : seen.lines("/proc/self/cgroup")) {
      broken.check("the program's cgroup", "/", line.substring(line.lastIndexOf(':') + 1));
    }
  }

  private void status() {
    Map<String, String> status = seen.map("/proc/self/status");
    Map<String, String> wanted = new HashMap<>();
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      wanted.put(set, NONE);
    }
    for (String set : List.of("SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd")) {
      wanted.put(set, NONE);
    }
    wanted.put("NoNewPrivs", "1");
    wanted.put("Seccomp", "2");
    wanted.put("Umask", "%04o".formatted(policy.umask()));
    wanted.put("Uid", fourTimes(policy.uid()));
    wanted.put("Gid", fourTimes(policy.gid()));
    wanted.put("TracerPid", "0");
    if (HostPromises.AS_ROOT) {
      wanted.put("Groups", "");
    }
    wanted.forEach((key, value) -> broken.check("status " + key, value, status.get(key)));
  }

  private static String fourTimes(int id) {
    return (id + "\t").repeat(4).strip();
  }

  private void limits() {
    List<String> lines = seen.lines("/proc/self/limits");
    for (PayloadPlan.Rlimit limit : PayloadPlan.rlimits(policy.rlimits())) {
      String name = LIMIT_LINES.get(limit.name());
      String values =
          lines.stream()
              .filter(line -> line.startsWith(name))
              .map(line -> line.substring(name.length()).strip().split(" +"))
              .map(words -> words[0] + " " + words[1])
              .findFirst()
              .orElse("not there");
      broken.check(limit.name(), limit.value() + " " + limit.value(), values);
    }
  }

  private void facts() {
    Map<String, String> facts = seen.map("facts");
    broken.check("the host's name", policy.hostname(), facts.get("hostname"));
    broken.check("the working folder", policy.workspace().path(), facts.get("cwd"));
    broken.check("the pid", "2", facts.get("pid"));
    broken.check("the parent's pid", "1", facts.get("ppid"));
    broken.check("the session", "2", facts.get("sid"));
    broken.check("the process group", "2", facts.get("pgid"));
    broken.check("the securebits", "0xef", facts.get("securebits"));
    broken.check("a terminal by name", "ENOENT", facts.get("terminal"));
    // Session and foreground group of the terminal: the program's own.
    broken.check("the terminal", hasTerminal ? "2 2" : "none", facts.get("stdin-terminal"));
    if (hasTerminal) {
      broken.check(
          "the terminal's mode", "20600 " + policy.uid() + " " + policy.gid(), facts.get("stdin"));
      broken.check("the terminal's mount", "nosuid noexec", facts.get("stdin-mount"));
    }
    broken.check(
        "the workspace", "40755 " + policy.uid() + " " + policy.gid(), facts.get("workspace"));
    broken.check("/proc/1/status", List.of("ENOENT"), seen.lines("/proc/1/status"));
  }

  private void folders() {
    broken.check("descriptors", Set.of("0", "1", "2"), names("/proc/self/fd"));
    List<String> kinds =
        seen.lines("/proc/self/fd").stream()
            .map(line -> line.replaceFirst(".* -> ", "").replaceFirst("\\[\\d+]", ""))
            .toList();
    List<String> wanted =
        hasTerminal
            ? List.of("/0", "/0", "/0")
            : List.of("/memfd:stdin (deleted)", "pipe:", "pipe:");
    broken.check("what they are of", wanted, kinds);
    Set<String> root = new TreeSet<>(Set.of("dev", "etc", "proc"));
    Set<String> etc = new TreeSet<>(Set.of("passwd", "group", "hosts", "nsswitch.conf"));
    Set<String> dev = new TreeSet<>(Set.of("fd", "stdin", "stdout", "stderr"));
    dev.addAll(ZygotePlan.DEVICES);
    HostFacts host = HostSurvey.of(policy);
    for (Policy.Bind bind : policy.binds()) {
      if (!(host.paths().get(bind.source()) instanceof HostFacts.HostPath.Missing)) {
        place(bind.target(), root, etc, dev);
      }
    }
    place(policy.workspace().path(), root, etc, dev);
    policy.tmpfs().forEach(tmpfs -> place(tmpfs.path(), root, etc, dev));
    broken.check("/", root, names("/"));
    broken.check("/etc", etc, names("/etc"));
    broken.check("/dev", dev, names("/dev"));
    // subset=pid and hidepid: itself, and the two links to itself.
    broken.check("/proc", Set.of("2", "self", "thread-self"), names("/proc"));
  }

  private static void place(String path, Set<String> root, Set<String> etc, Set<String> dev) {
    String[] parts = path.substring(1).split("/");
    root.add(parts[0]);
    if (parts.length > 1) {
      Map.of("etc", etc, "dev", dev).getOrDefault(parts[0], new TreeSet<>()).add(parts[1]);
    }
  }

  /** The names in a folder: the second word of "MODE NAME", "MODE NAME -> TARGET". */
  private Set<String> names(String folder) {
    return seen.lines(folder).stream()
        .map(line -> line.substring(line.indexOf(' ') + 1).replaceFirst(" -> .*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void files() {
    String ids = policy.uid() + ":" + policy.gid();
    broken.check(
        "/etc/passwd",
        List.of("stockade:x:" + ids + ":stockade:" + policy.workspace().path() + ":/bin/sh"),
        seen.lines("/etc/passwd"));
    broken.check(
        "/etc/group", List.of("stockade:x:" + policy.gid() + ":"), seen.lines("/etc/group"));
    broken.check(
        "/etc/hosts",
        List.of("127.0.0.1 localhost " + policy.hostname(), "::1 localhost"),
        seen.lines("/etc/hosts"));
    broken.check(
        "/etc/nsswitch.conf",
        List.of("passwd: files", "group: files", "hosts: files"),
        seen.lines("/etc/nsswitch.conf"));
  }
}
