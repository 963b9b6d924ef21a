package dev.stockade.fuzz.mutation;

import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.PayloadPlan;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.seccomp.BpfProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a sandbox must bear with: a hostile inheritance, or a layer that is not there. */
final class Surroundings {
  private static final Word NULL = Word.of(0, "NULL");
  private static final long MS_SHARED = 1 << 20;
  private static final long SIG_IGN = 1;
  private static final int LEFT_OPEN = 88;

  /** The zygote's socket. */
  private static final int CONTROL = 3;

  /** A folder that every host has beneath one that is shown, with nothing that programs need. */
  private static final String INNER = "/usr/share/doc";

  /** Of Debian, and shown where it is there; with links that a probe does not need. */
  private static final String ALTERNATIVES = "/etc/alternatives";

  /** Values below what policies set, so that the step that sets them shows. */
  private static final Map<String, Long> SOFT_LIMITS =
      Map.of(
          "RLIMIT_CORE", 0L,
          "RLIMIT_FSIZE", 1L << 20,
          "RLIMIT_NOFILE", 256L,
          "RLIMIT_STACK", 1L << 20,
          "RLIMIT_MEMLOCK", 4096L,
          "RLIMIT_MSGQUEUE", 4096L,
          "RLIMIT_SIGPENDING", 7L);

  private Surroundings() {}

  /** {@code ret ALLOW}: the layers below the filter are on their own. */
  static Alteration withoutFilter() {
    BpfProgram allow = new BpfProgram(new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f});
    return Alterations.filter(filter -> allow);
  }

  /**
   * A server that was started with every signal ignored and blocked, an umask that allows nothing,
   * descriptors left open, limits of its own, supplementary groups, and mounts that propagate.
   */
  static Alteration hostileInheritance(Policy policy) {
    return Alterations.inOrder(
        Alterations.before("zygote", 0, inherited(policy)),
        sharedMounts(),
        groupsOfTheNamespace(),
        descriptorLeftOpenForTheInit(),
        descriptorLeftOpenForTheProgram());
  }

  private static List<Step> inherited(Policy policy) {
    Plan.Builder plan = Plan.builder("inherited").phase(Phase.SESSION);
    Word ignore =
        Word.addressOf(
            Datum.words("{SIG_IGN}", Word.of(SIG_IGN), Word.of(0), Word.of(0), Word.of(0)));
    for (int signal = 1; signal <= 64; signal++) {
      if (signal != Constants.SIGKILL && signal != Constants.SIGSTOP) {
        plan.call("rt_sigaction", Word.of(signal), ignore, NULL, Word.of(8));
      }
    }
    Word every = Word.addressOf(Datum.words("{~0}", Word.of(-1)));
    plan.call("rt_sigprocmask", Word.of(0, "SIG_BLOCK"), every, NULL, Word.of(8));
    plan.call("umask", Word.of(0777));
    plan.call("dup2", Word.of(0), Word.of(77));
    plan.call("dup2", Word.of(1), Word.of(9));
    for (int standard = 0; standard < 3; standard++) { // else they may be of /dev/null already
      plan.call("dup2", Word.of(CONTROL), Word.of(standard));
    }
    if (HostPromises.AS_ROOT) {
      Word groups = Word.addressOf(Datum.words("{5, 6}", Word.of(6L << 32 | 5)));
      plan.call("setgroups", Word.of(2), groups);
    }
    for (PayloadPlan.Rlimit limit : PayloadPlan.rlimits(policy.rlimits())) {
      limit(plan, limit);
    }
    return plan.build().steps();
  }

  /** With subordinate ids a zygote may take groups that its namespace maps, as a setgid root. */
  private static Alteration groupsOfTheNamespace() {
    return Alterations.steps(
        "zygote",
        steps -> {
          List<Step> changed = new ArrayList<>(steps);
          int at = 0;
          while (at < changed.size() && !isChangeOfGroups(changed.get(at))) {
            at++;
          }
          if (!HostPromises.AS_ROOT && at < changed.size()) {
            Word group = Word.addressOf(Datum.words("{1}", Word.of(1)));
            Phase phase = changed.get(at).phase();
            changed.addAll(at, one(phase, "setgroups", Word.of(1), group));
          }
          return changed;
        });
  }

  private static boolean isChangeOfGroups(Step step) {
    return step instanceof Step.Call call && Set.of("setgroups", "setresgid").contains(call.name());
  }

  private static void limit(Plan.Builder plan, PayloadPlan.Rlimit limit) {
    Long soft = SOFT_LIMITS.get(limit.name());
    if (soft != null) {
      set(plan, limit.resource(), soft, hard(limit.name()), Step.Tolerance.NONE);
    } else if (HostPromises.AS_ROOT) { // RLIMIT_NICE, RLIMIT_RTPRIO: 0 for ordinary users
      Step.Tolerance container =
          Step.Tolerance.of("a container may keep CAP_SYS_RESOURCE to itself", Errno.EPERM);
      set(plan, limit.resource(), 20, 20, container);
    }
  }

  private static void set(
      Plan.Builder plan, long resource, long soft, long hard, Step.Tolerance tolerated) {
    Datum pair = Datum.words("{" + soft + "}", Word.of(soft), Word.of(hard));
    plan.call(tolerated, "prlimit64", Word.of(0), Word.of(resource), Word.addressOf(pair), NULL);
  }

  /** This process's own hard limit, which it cannot raise. */
  private static long hard(String limit) {
    String name = ProgramPromises.LIMIT_LINES.get(limit);
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
        if (line.startsWith(name)) {
          String hard = line.substring(name.length()).strip().split(" +")[1];
          return hard.equals("unlimited") ? -1 : Long.parseLong(hard);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("no limit " + limit);
  }

  /** Open, and not marked to be closed by execve(2), while the zygote makes an init. */
  private static Alteration descriptorLeftOpenForTheInit() {
    return Alterations.steps(
        "make an init",
        steps -> {
          List<Step> changed = new ArrayList<>();
          for (Step step : steps) {
            boolean isSpawn = step instanceof Step.Spawn;
            if (isSpawn) {
              changed.addAll(one(step.phase(), "dup2", Word.of(0), Word.of(LEFT_OPEN)));
            }
            changed.add(step);
            if (isSpawn) {
              changed.addAll(one(step.phase(), "close", Word.of(LEFT_OPEN)));
            }
          }
          return changed;
        });
  }

  /** In the table that a payload shares with its init until it executes the program. */
  private static Alteration descriptorLeftOpenForTheProgram() {
    return Alterations.steps(
        "payload",
        steps -> {
          List<Step> changed = new ArrayList<>(steps);
          int first = 0;
          while (changed.get(first).phase() != Phase.LIMITS) {
            first++;
          }
          changed.addAll(
              first, one(Phase.LIMITS, "dup2", Word.of(InitPlan.JOB_FD), Word.of(LEFT_OPEN)));
          return changed;
        });
  }

  private static List<Step> one(Phase phase, String call, Word... arguments) {
    return Plan.builder("more").phase(phase).call(call, arguments).build().steps();
  }

  /**
   * As systemd leaves them: what is mounted anywhere appears everywhere; and somebody has mounted
   * writable file systems in folders that are shown.
   */
  private static Alteration sharedMounts() {
    return Alterations.steps(
        "zygote",
        steps -> {
          List<Step> changed = new ArrayList<>(steps);
          int first = 0;
          while (changed.get(first).phase() != Phase.MOUNTS) {
            first++;
          }
          Word flags = Word.of(Constants.MS_REC | MS_SHARED, "MS_REC|MS_SHARED");
          Word root = Word.addressOf(Datum.string("/"));
          Word tmpfs = Word.addressOf(Datum.string("tmpfs"));
          Word inner = Word.addressOf(Datum.string(INNER));
          changed.addAll(first, one(Phase.MOUNTS, "mount", tmpfs, inner, tmpfs, Word.of(0), NULL));
          if (Files.isDirectory(Path.of(ALTERNATIVES))) {
            changed.addAll(first, inAlternatives(tmpfs));
          }
          changed.addAll(first, one(Phase.MOUNTS, "mount", NULL, root, NULL, flags, NULL));
          return changed;
        });
  }

  private static List<Step> inAlternatives(Word tmpfs) {
    Word folder = Word.addressOf(Datum.string(ALTERNATIVES));
    Word inner = Word.addressOf(Datum.string(ALTERNATIVES + "/inner"));
    return Plan.builder("more")
        .phase(Phase.MOUNTS)
        .call("mount", tmpfs, folder, tmpfs, Word.of(0), NULL)
        .call("mkdirat", Word.of(Constants.AT_FDCWD), inner, Word.of(0755))
        .call("mount", tmpfs, inner, tmpfs, Word.of(0), NULL)
        .build()
        .steps();
  }
}
