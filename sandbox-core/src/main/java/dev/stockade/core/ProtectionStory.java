package dev.stockade.core;

import dev.stockade.core.Protections.Chapter;
import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.host.Finding;
import dev.stockade.core.host.HostReport;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.policy.Durations;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompExplain;
import dev.stockade.core.yaml.Syntax;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Tells what protects a run. Each sentence names the steps that make it true by a part of their
 * text, and a sentence whose steps are in no plan is not told but thrown.
 */
final class ProtectionStory {
  /** The features of {@code stockade doctor} without which there is no user namespace. */
  private static final List<String> USER_NAMESPACES =
      List.of(
          "user namespaces in the kernel",
          "user namespaces for ordinary users",
          "namespace quotas",
          "free of AppArmor's restriction",
          "free of a container's filter");

  private static final List<String> NAMESPACES =
      List.of("the other kinds of namespace", "free of a container's filter");
  private static final List<String> READ_ONLY =
      List.of("mount_setattr", "tmpfs", "not in a chroot");
  private static final List<String> FILTER =
      List.of("seccomp in the kernel", "libseccomp", "x86-64 processor");
  private static final List<String> PIDFD = List.of("pidfd_open", "clone3");
  private static final List<String> NO_FEATURE = List.of();

  private final Policy policy;
  private final Explanation explanation;
  private final HostReport host;

  ProtectionStory(Explanation explanation, HostReport host) {
    this.policy = explanation.policy();
    this.explanation = explanation;
    this.host = host;
  }

  Protections tell() {
    return new Protections(
        policy.name(),
        policy.description(),
        List.of(
            new Chapter("Who the program is", identity()),
            new Chapter("What it sees of others", namespaces()),
            new Chapter("Which files it has", files()),
            new Chapter("What it may use", limits()),
            new Chapter("What it may ask of the kernel", filter()),
            new Chapter("How it begins and ends", life())));
  }

  private List<Protection> identity() {
    return List.of(
        line(
            Promise.ROOTLESS,
            "It is user "
                + policy.uid()
                + " of a user namespace made for this run. It is not root there, and has no"
                + " capability there or on the host.",
            USER_NAMESPACES,
            "CLONE_NEWUSER",
            "\"/proc/self/uid_map\"",
            "PR_CAPBSET_DROP",
            "PR_SET_SECUREBITS",
            "capset("),
        line(
            Promise.ROOTLESS,
            "No program makes it more than that: no_new_privs is set, so setuid bits mean nothing.",
            NO_FEATURE,
            "PR_SET_NO_NEW_PRIVS"),
        line(
            Promise.ROOTLESS,
            "It can make no namespace in which it would be root: none is left to it, and the filter"
                + " refuses the calls.",
            NO_FEATURE,
            "max_user_namespaces"),
        line(
            Promise.FRESH,
            "For the host its processes are " + explanation.identity().description() + ".",
            List.of("an own host id for each slot"),
            "\"/proc/self/uid_map\""));
  }

  private List<Protection> namespaces() {
    return List.of(
        line(
            Promise.FRESH,
            "It sees its own processes and no others: its PID namespace is made for this run, and so"
                + " is its /proc.",
            plus(NAMESPACES, "a fresh /proc", "proc"),
            "CLONE_NEWPID",
            "mount(\"proc\""),
        line(
            Promise.FRESH,
            "It meets no shared memory, semaphore or message queue of others: its IPC namespace is"
                + " made for this run.",
            NAMESPACES,
            "CLONE_NEWIPC"),
        network(),
        line(
            Promise.HOST_UNCHANGED,
            "The host's name is hidden (here it is called "
                + policy.hostname()
                + "), and so is its tree of cgroups.",
            NAMESPACES,
            "CLONE_NEWUTS",
            "CLONE_NEWCGROUP",
            "sethostname("));
  }

  private Protection network() {
    String text =
        policy.network() == Policy.Network.LOOPBACK
            ? "It has a loopback of its own, made for this run, and reaches nothing else: neither"
                + " the host's ports nor any network."
            : "It has no network: its network namespace holds a loopback that is down, and the"
                + " filter gives it no socket for IPv4 or IPv6.";
    return line(Promise.NO_NETWORK, text, NAMESPACES, "CLONE_NEWNET");
  }

  private List<Protection> files() {
    List<Protection> lines = new ArrayList<>();
    lines.add(
        line(
            Promise.HOST_UNCHANGED,
            "Its root is an empty file system in memory, read-only. The host's root is detached: no"
                + " path leads there.",
            READ_ONLY,
            "pivot_root(",
            "umount2(",
            "mount_setattr(AT_FDCWD, \"/\""));
    String shown = paths("bind");
    if (!shown.isEmpty()) {
      lines.add(
          line(
              Promise.HOST_UNCHANGED,
              "Of the host's files it sees, without being able to change them: "
                  + shown
                  + ". Setuid bits and devices in them mean nothing.",
              READ_ONLY,
              "MS_BIND|MS_REC",
              "AT_RECURSIVE, +MOUNT_ATTR_RDONLY"));
    }
    lines.add(
        line(
            Promise.HOST_UNCHANGED,
            "Its devices are " + paths("device") + ", and it can make no others.",
            READ_ONLY,
            "\"/.host/dev/"));
    List<String> writable = new ArrayList<>(List.of("move_mount(the workspace"));
    policy.tmpfs().forEach(tmpfs -> writable.add("mount(\"tmpfs\", \"" + tmpfs.path() + '"'));
    lines.add(
        line(
            Promise.FRESH,
            "It may write to " + writable() + ": in memory, empty before the run, gone after it.",
            List.of("tmpfs", "fsopen"),
            writable.toArray(String[]::new)));
    lines.add(
        line(
            Promise.NO_PATH,
            "Its files come and go through a descriptor of the workspace; the server opens no path"
                + " that the program could have put a link in.",
            List.of("fsopen", "openat2"),
            "fsmount("));
    return lines;
  }

  private String paths(String type) {
    return explanation.mounts().stream()
        .filter(mount -> mount.type().equals(type))
        .map(ShownMount::path)
        .collect(Collectors.joining(", "));
  }

  private String writable() {
    List<Policy.Tmpfs> all = new ArrayList<>(List.of(policy.workspace()));
    all.addAll(policy.tmpfs());
    return all.stream()
        .map(tmpfs -> tmpfs.path() + " (" + tmpfs.size() + ")")
        .collect(Collectors.joining(", "));
  }

  private List<Protection> limits() {
    Limits limits = policy.limits();
    Policy.Rlimits rlimits = policy.rlimits();
    return List.of(
        bomb(
            "It has "
                + limits.memory()
                + " of memory and swap together; beyond, the kernel ends it.",
            List.of("memory limit", "no extra memory by swap")),
        bomb(
            "It has " + limits.pids() + " processes and threads at one time; more cannot be made.",
            List.of("process limit")),
        bomb(
            String.format(
                Locale.ROOT,
                "It has at most %s s of processor time in each second, whatever it starts.",
                Syntax.DECIMAL.render().apply(explanation.cgroup().cpus())),
            List.of("CPU rate limit")),
        bomb(
            "After " + Durations.render(limits.cpuTime()) + " of processor time it is killed.",
            List.of("CPU time accounting")),
        bomb(
            "After " + Durations.render(limits.wallTime()) + ", busy or not, it is killed.", PIDFD),
        bomb("Beyond " + limits.output() + " of output on a stream it is killed.", PIDFD),
        line(
            Promise.BOMBS_CONTAINED,
            "Each of its processes has at most "
                + rlimits.openFiles()
                + " open files, of "
                + rlimits.fileSize()
                + " each, "
                + rlimits.stack()
                + " of stack and "
                + rlimits.lockedMemory()
                + " of locked memory, and leaves no core dump.",
            NO_FEATURE,
            "prlimit64("));
  }

  private Protection bomb(String text, List<String> features) {
    return line(Promise.BOMBS_CONTAINED, text, features);
  }

  private List<Protection> filter() {
    Collection<String> effects =
        SeccompExplain.byCall(FilterRules.of(policy), HostileAction.USER_NOTIFY).values();
    long allowed = effects.stream().filter(effect -> effect.equals("ALLOW")).count();
    long some = effects.stream().filter(effect -> effect.contains("ALLOW")).count() - allowed;
    return List.of(
        line(
            Promise.HOSTILE_CALL_ENDS,
            String.format(
                Locale.ROOT,
                "Of the %d system calls of the kernel's interface %d are open to it, %d more with"
                    + " some arguments only. A filter of %d instructions sees to it, and only execve"
                    + " comes after the filter.",
                effects.size(),
                allowed,
                some,
                explanation.filterLength()),
            FILTER,
            "SECCOMP_SET_MODE_FILTER"),
        line(
            Promise.HOSTILE_CALL_ENDS,
            "No honest program makes these calls, nor their siblings: "
                + hostile()
                + ". They are held and never made; the run ends, and its result names the call.",
            FILTER,
            "SECCOMP_FILTER_FLAG_NEW_LISTENER"),
        line(
            Promise.HOSTILE_CALL_ENDS,
            "The kernel's other entries, for 32-bit programs and x32, end it at once.",
            FILTER,
            "SECCOMP_SET_MODE_FILTER"));
  }

  private String hostile() {
    return policy.seccomp().rules().stream()
        .filter(rule -> rule.action() instanceof SeccompRules.Kill)
        .flatMap(rule -> rule.calls().stream())
        .sorted()
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private List<Protection> life() {
    return List.of(
        line(
            Promise.BYTES,
            "Its arguments and environment are handed to execve byte by byte; no shell is in between.",
            NO_FEATURE,
            "execve("),
        line(
            Promise.FRESH,
            "It inherits its input, its two outputs and no other descriptor of the server's.",
            List.of("close_range"),
            "CLOSE_RANGE_CLOEXEC"),
        line(
            Promise.NOTHING_LEFT_ALIVE,
            "When it ends, whatever it has started is killed before the result is told.",
            PIDFD,
            "kill(-1, SIGKILL)",
            "until nobody is left"),
        line(
            Promise.EVIDENCE,
            "The verdict comes from its wait status, the cgroup's counters, the filter and the"
                + " server's timers; the result has them all.",
            List.of("CPU time accounting"),
            "wait4("),
        line(Promise.FAIL_CLOSED, whenLacking(), NO_FEATURE));
  }

  private String whenLacking() {
    return policy.degraded() == Policy.Degraded.REFUSE
        ? "Where a host cannot give one of these, the run is refused with what would mend it."
        : "Where a host cannot give one of these, this policy lets the run go on (degraded: allow),"
            + " and its result says what was missing.";
  }

  private static List<String> plus(List<String> features, String... more) {
    List<String> all = new ArrayList<>(features);
    all.addAll(List.of(more));
    return all;
  }

  /**
   * A sentence.
   *
   * @param features of {@code stockade doctor} with which it is made
   * @param parts each is in the text of a step that makes it true, at least of one
   */
  private Protection line(Promise promise, String text, List<String> features, String... parts) {
    List<Finding> lacking =
        features.stream()
            .map(host::find)
            .filter(finding -> finding.status() != Finding.Status.OK)
            .toList();
    return new Protection(text, promise, lacking, steps(List.of(parts)));
  }

  private List<String> steps(List<String> parts) {
    List<String> steps = new ArrayList<>();
    List<String> missed = new ArrayList<>(parts);
    for (Plan plan : explanation.plans()) {
      for (int i = 0; i < plan.steps().size(); i++) {
        String text = plan.steps().get(i).toString();
        if (parts.stream().anyMatch(text::contains)) {
          steps.add(plan.name() + " " + i + ": " + text);
          missed.removeIf(text::contains);
        }
      }
    }
    if (!missed.isEmpty()) {
      throw new IllegalStateException("no step of policy " + policy.name() + " has " + missed);
    }
    return steps;
  }
}
