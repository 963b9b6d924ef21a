package dev.stockade.core.compile;

import static dev.stockade.core.compile.Kernel.octal;
import static dev.stockade.core.compile.Kernel.text;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a job, made ahead as the child of its init: it waits for the request, which brings
 * its descriptors and the address of a {@link RunPlan}, then becomes the program.
 */
public final class PayloadPlan {
  /** Bytes of a mask of processors: 1,024 of them, as many as glibc's {@code cpu_set_t} has. */
  static final int MASK_SIZE = 128;

  private PayloadPlan() {}

  /**
   * @param workspace the message with the workspace's descriptor
   * @param listener where the filter's listener goes, for the init to send on
   * @param processors a mask that the server fills in, or {@code null}
   * @param terminal where the descriptor of its terminal stands, or {@code null}
   */
  static Plan compile(
      Policy policy,
      BpfProgram filter,
      Kernel.Message workspace,
      Slot listener,
      @Nullable Slot processors,
      @Nullable Slot terminal) {
    Plan.Builder plan = Plan.builder("payload");
    plan.phase(Phase.SESSION);
    plan.call("setsid");
    plan.phase(Phase.READY);
    Kernel.send(plan, InitPlan.JOB_FD, "job", workspace);
    plan.call("close", Word.load(workspace.descriptor(0), "the workspace"));
    Kernel.Message go = Kernel.receiveBuffer(Awaiting.MAX_DESCRIPTORS);
    Kernel.receive(plan, InitPlan.JOB_FD, "job", go);
    plan.phase(Phase.LIMITS);
    rlimits(policy.rlimits())
        .forEach(limit -> Kernel.limit(plan, limit.name(), limit.resource(), limit.value()));
    if (processors != null) {
      plan.call(
          "sched_setaffinity", Word.of(0), Word.of(MASK_SIZE), Word.addressOf(processors.datum()));
    }
    plan.phase(Phase.STDIO);
    if (terminal != null) {
      // Of the session that it leads: SIGINT of Ctrl-C, SIGWINCH and SIGHUP are for its processes.
      plan.call(
          "ioctl",
          Word.load(terminal, "the other side"),
          Word.of(Constants.TIOCSCTTY, "TIOCSCTTY"),
          Word.of(0));
    }
    for (int fd = 0; fd < 3; fd++) {
      plan.call(
          "dup2",
          terminal == null
              ? Word.load(go.descriptor(fd), List.of("stdin", "stdout", "stderr").get(fd))
              : Word.load(terminal, "the other side"),
          Word.of(fd));
    }
    plan.call("chdir", text(policy.workspace().path()));
    plan.call("umask", octal(policy.umask()));
    // Closed by execve, not now: the table is shared with init until then.
    plan.call(
        "close_range",
        Word.of(3),
        Kernel.EVERY_FD_ABOVE,
        Word.of(Constants.CLOSE_RANGE_CLOEXEC, "CLOSE_RANGE_CLOEXEC"));
    plan.phase(Phase.FILTER);
    Datum program = Datum.bytes(filter.bytes(), filter.length() + " instructions");
    Datum fprog =
        Datum.words(
            "{" + filter.length() + " instructions}",
            Word.of(filter.length()),
            Word.addressOf(program));
    plan.call(
        listener,
        "seccomp",
        Word.of(Constants.SECCOMP_SET_MODE_FILTER, "SECCOMP_SET_MODE_FILTER"),
        Word.of(Constants.SECCOMP_FILTER_FLAG_NEW_LISTENER, "SECCOMP_FILTER_FLAG_NEW_LISTENER"),
        Word.addressOf(fprog));
    plan.phase(Phase.EXEC);
    plan.end(Word.load(go.wordSlot(), "the plan in the message"));
    return plan.build();
  }

  /**
   * A per-process limit, soft and hard alike.
   *
   * @param name kernel name
   * @param resource kernel number
   */
  public record Rlimit(String name, long resource, long value) {}

  /** The limits of getrlimit(2) that a program gets, in the order in which they are set. */
  public static List<Rlimit> rlimits(Policy.Rlimits limits) {
    return List.of(
        new Rlimit("RLIMIT_CORE", Constants.RLIMIT_CORE, FilterRules.NO_CORE_DUMP),
        new Rlimit("RLIMIT_FSIZE", Constants.RLIMIT_FSIZE, limits.fileSize().bytes()),
        new Rlimit("RLIMIT_NOFILE", Constants.RLIMIT_NOFILE, limits.openFiles()),
        new Rlimit("RLIMIT_STACK", Constants.RLIMIT_STACK, limits.stack().bytes()),
        new Rlimit("RLIMIT_MEMLOCK", Constants.RLIMIT_MEMLOCK, limits.lockedMemory().bytes()),
        new Rlimit("RLIMIT_MSGQUEUE", Constants.RLIMIT_MSGQUEUE, limits.messageQueues().bytes()),
        new Rlimit("RLIMIT_SIGPENDING", Constants.RLIMIT_SIGPENDING, limits.pendingSignals()),
        new Rlimit("RLIMIT_NICE", Constants.RLIMIT_NICE, 0),
        new Rlimit("RLIMIT_RTPRIO", Constants.RLIMIT_RTPRIO, 0));
  }
}
