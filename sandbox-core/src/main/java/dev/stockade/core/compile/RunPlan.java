package dev.stockade.core.compile;

import static dev.stockade.core.compile.Kernel.NULL;
import static dev.stockade.core.compile.Kernel.octal;
import static dev.stockade.core.compile.Kernel.text;
import static dev.stockade.core.linux.Constants.CLONE_FILES;
import static dev.stockade.core.linux.Constants.CLONE_VFORK;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts the program in a prepared init and waits for its end.
 *
 * @param init what the init does
 * @param payload what its child does, up to the program
 * @param status where the program's wait status stands when init has exited with status 0; before,
 *     that of any other process that init has waited for
 * @param attempts for each execve(2) of the payload where its −errno stands; 0 before
 */
public record RunPlan(Plan init, Plan payload, Slot status, List<Slot> attempts) {
  /** The word that an init sends, with the filter's listener, when the program has started. */
  public static final long STARTED = 6;

  private static final int RUSAGE_SIZE = 144;
  private static final int SIGCHLD = 17;

  private static final Step.Tolerance NEXT_FOLDER =
      Step.Tolerance.of(
          "the next folder of PATH may have it", Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);

  /** As many characters of arguments and of environment are shown in messages. */
  private static final int LINE = 200;

  /**
   * @param order the init's wait, whose message brings standard input, output and error
   * @param command program and arguments, byte for byte
   * @param environment names and values
   */
  public static RunPlan compile(
      Policy policy,
      BpfProgram filter,
      Awaiting order,
      List<byte[]> command,
      Map<String, String> environment) {
    Kernel.Message started = Kernel.sendBuffer(STARTED);
    List<Slot> attempts = new ArrayList<>();
    Plan payload =
        payload(policy, filter, order, started.descriptor(0), command, environment, attempts);
    long flags = CLONE_VFORK | CLONE_FILES;
    Slot pid = Datum.space(8, "pid of the program").slot(0);
    Datum status = Datum.space(8, "wait status");
    Datum usage = Datum.space(RUSAGE_SIZE, "rusage");
    Plan.Builder plan = Plan.builder("run").phase(Phase.EXEC);
    // CLONE_VFORK: goes on when the program is executed or could not be. CLONE_FILES: until then
    // the
    // two share their descriptors, so the filter's listener is init's as well.
    plan.spawn(
        Kernel.cloneArgs(flags, SIGCHLD, NULL), Constants.CLONE_FLAGS.render(flags), payload, pid);
    plan.phase(Phase.REAP);
    plan.call(
        Step.Tolerance.any("without a filter there is no listener; the payload's mailbox says why"),
        "sendmsg",
        Word.of(InitPlan.JOB_FD, "job"),
        Word.addressOf(started.header()),
        Word.of(Constants.MSG_NOSIGNAL, "MSG_NOSIGNAL"));
    plan.call("close_range", Word.of(0), Kernel.EVERY_FD_ABOVE, Word.of(0));
    plan.reap(pid, status.slot(0), usage.slot(0));
    plan.call("exit_group", Word.of(0));
    return new RunPlan(plan.build(), payload, status.slot(0), attempts);
  }

  private static Plan payload(
      Policy policy,
      BpfProgram filter,
      Awaiting order,
      Slot listener,
      List<byte[]> command,
      Map<String, String> environment,
      List<Slot> attempts) {
    Plan.Builder plan = Plan.builder("payload");
    plan.phase(Phase.SESSION);
    plan.call("setsid");
    plan.phase(Phase.LIMITS);
    rlimits(policy.rlimits())
        .forEach(limit -> Kernel.limit(plan, limit.name(), limit.resource(), limit.value()));
    plan.phase(Phase.STDIO);
    for (int fd = 0; fd < 3; fd++) {
      plan.call(
          "dup2",
          Word.load(order.descriptors().get(fd), List.of("stdin", "stdout", "stderr").get(fd)),
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
    execute(plan, command, environment, attempts);
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

  /** execve(2), for a program without a slash once for each folder of PATH as execvp(3) does it. */
  private static void execute(
      Plan.Builder plan,
      List<byte[]> command,
      Map<String, String> environment,
      List<Slot> attempts) {
    Word argv = strings("argv", command);
    List<byte[]> variables = new ArrayList<>();
    environment.forEach(
        (name, value) -> variables.add((name + "=" + value).getBytes(StandardCharsets.UTF_8)));
    Word envp = strings("envp", variables);
    List<byte[]> candidates = candidates(command.get(0), environment.getOrDefault("PATH", ""));
    for (int i = 0; i < candidates.size(); i++) {
      Slot result = Datum.space(8, "result of an execve").slot(0);
      attempts.add(result);
      boolean last = i == candidates.size() - 1;
      Word path = Kernel.bytes(candidates.get(i));
      plan.call(result, last ? Step.Tolerance.NONE : NEXT_FOLDER, "execve", path, argv, envp);
    }
  }

  private static List<byte[]> candidates(byte[] program, String path) {
    for (byte b : program) {
      if (b == '/') {
        return List.of(program);
      }
    }
    List<byte[]> candidates = new ArrayList<>();
    for (String folder : path.split(":")) {
      if (!folder.isEmpty()) {
        byte[] prefix = (folder + "/").getBytes(StandardCharsets.UTF_8);
        ByteBuffer candidate = ByteBuffer.allocate(prefix.length + program.length);
        candidates.add(candidate.put(prefix).put(program).array());
      }
    }
    return candidates.isEmpty() ? List.of(program) : candidates;
  }

  private static Word strings(String name, List<byte[]> strings) {
    List<Datum> data = new ArrayList<>();
    strings.forEach(string -> data.add(Datum.string(string)));
    List<Word> words = new ArrayList<>();
    data.forEach(datum -> words.add(Word.addressOf(datum)));
    words.add(NULL);
    return Word.addressOf(Datum.words(name + " " + shorten(data), words));
  }

  /** The first strings in full, as many as fit a line, and how many more there are. */
  private static String shorten(List<Datum> strings) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < strings.size(); i++) {
      String next = (i == 0 ? "" : ", ") + (strings.get(i).length() > LINE ? "…" : strings.get(i));
      if (text.length() + next.length() > LINE) {
        return text.append(", … ").append(strings.size() - i).append(" more]").toString();
      }
      text.append(next);
    }
    return text.append(']').toString();
  }
}
