package dev.stockade.core.run;

import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.executor.Program;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.PollSet;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import java.util.Map;
import java.util.Optional;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one program in a prepared init, on the calling thread: one poll(2) loop over both output
 * pipes, the init's pidfd, its socket, the filter's listener and the nearest deadline.
 */
final class Supervisor {
  private static final int STDOUT = 0;
  private static final int STDERR = 1;
  private static final int INIT = 2;
  private static final int SOCKET = 3;
  private static final int LISTENER = 4;
  private static final int BUFFER = 64 << 10;
  private static final long SHORTEST_CPU_CHECK_NANOS = 1_000_000;

  private final PreparedInit init;
  private final Policy policy;
  private final BpfProgram filter;
  private final JobOrder order;
  private final Limits limits;
  private final PollSet poll = new PollSet(5);
  private final Pointer buffer = Memory.allocateDirect(jnr.ffi.Runtime.getSystemRuntime(), BUFFER);
  private final double parallelism;
  private volatile JobOutcome.@Nullable KilledFor killedFor;
  private @Nullable String deniedSyscall;
  private @Nullable Fd listener;
  private long startNanos;
  private long nextCpuCheckNanos;

  Supervisor(PreparedInit init, Policy policy, BpfProgram filter, JobOrder order) {
    this.init = init;
    this.policy = policy;
    this.filter = filter;
    this.order = order;
    this.limits = order.limits();
    this.parallelism =
        Math.max(1, Math.min(limits.cpus(), java.lang.Runtime.getRuntime().availableProcessors()));
  }

  /** Ends the run from another thread. */
  void cancel() {
    kill(JobOutcome.KilledFor.CANCELLED);
  }

  JobOutcome run() {
    RunPlan[] compiled = new RunPlan[1];
    Program program =
        init.place(
            awaiting ->
                RunPlan.compile(policy, filter, awaiting, order.command(), order.environment()),
            compiled);
    RunPlan plan = compiled[0];
    Fd[] out = Sys.pipe();
    Fd[] err = Sys.pipe();
    try (Capture stdout = new Capture(out[0], limits.output().bytes(), order.stdoutTo());
        Capture stderr = new Capture(err[0], limits.output().bytes(), order.stderrTo())) {
      start(program, out[1], err[1]);
      watch(stdout, stderr);
      int initStatus = init.reap();
      long wallTimeNanos = System.nanoTime() - startNanos;
      drain(stdout);
      drain(stderr);
      return outcome(program, plan, initStatus, wallTimeNanos, stdout, stderr);
    } finally {
      if (listener != null) {
        listener.close();
      }
    }
  }

  private void start(Program program, Fd stdout, Fd stderr) {
    try (stdout;
        stderr;
        Fd stdin = Sys.sealedFile("stdin", order.stdin())) {
      // /dev/stdout and /dev/stderr are opened anew by some programs, under the job's own ids.
      Sys.chmod(stdout, 0622);
      Sys.chmod(stderr, 0622);
      init.cgroup().start(limits);
      startNanos = System.nanoTime();
      nextCpuCheckNanos = startNanos + untilCpuCheck(0);
      init.go(program.start(), stdin, stdout, stderr);
    }
  }

  private void watch(Capture stdout, Capture stderr) {
    poll.watch(STDOUT, stdout.pipe(), Constants.POLLIN);
    poll.watch(STDERR, stderr.pipe(), Constants.POLLIN);
    poll.watch(INIT, init.pidfd(), Constants.POLLIN);
    poll.watch(SOCKET, init.socket().fd(), Constants.POLLIN);
    while (true) {
      int ready = Sys.poll(poll, untilNextDeadline());
      if (ready > 0) {
        collect(STDOUT, stdout);
        collect(STDERR, stderr);
        if (poll.events(SOCKET) != 0) {
          started();
        }
        if (poll.events(LISTENER) != 0) {
          denied();
        }
        if (poll.events(INIT) != 0) {
          return;
        }
      }
      checkTimes();
    }
  }

  private void collect(int place, Capture capture) {
    if (poll.events(place) == 0) {
      return;
    }
    capture.read(buffer, BUFFER);
    if (capture.isEnded()) {
      poll.ignore(place);
    } else if (capture.isOverLimit()) {
      kill(JobOutcome.KilledFor.OUTPUT);
    }
  }

  private void drain(Capture capture) {
    poll.ignore(STDERR);
    poll.ignore(INIT);
    poll.ignore(SOCKET);
    poll.ignore(LISTENER);
    if (!capture.isEnded()) {
      poll.watch(STDOUT, capture.pipe(), Constants.POLLIN);
    }
    while (!capture.isEnded() && Sys.poll(poll, 0) > 0) {
      capture.read(buffer, BUFFER);
    }
  }

  private void started() {
    Optional<MessageSocket.Message> message = init.socket().receive(0);
    if (message.isEmpty()) {
      poll.ignore(SOCKET);
    } else if (!message.get().fds().isEmpty()) {
      listener = message.get().fds().get(0);
      poll.watch(LISTENER, listener, Constants.POLLIN);
    }
  }

  /** A hostile call is being held: the run ends before it is ever made. */
  private void denied() {
    if (listener == null || (poll.events(LISTENER) & Constants.POLLIN) == 0) {
      poll.ignore(LISTENER);
      return;
    }
    int number = Sys.heldSyscall(listener);
    if (number >= 0) {
      deniedSyscall = SyscallTable.X86_64.name(number);
      kill(JobOutcome.KilledFor.DENIED_SYSCALL);
      poll.ignore(LISTENER);
    }
  }

  private long untilNextDeadline() {
    if (killedFor != null) {
      return -1;
    }
    long now = System.nanoTime();
    long deadline = startNanos + limits.wallTime().toNanos();
    if (init.cgroup().countsCpu()) {
      deadline = Math.min(deadline, nextCpuCheckNanos);
    }
    return Math.max(0, deadline - now);
  }

  private void checkTimes() {
    long now = System.nanoTime();
    if (now - startNanos >= limits.wallTime().toNanos()) {
      kill(JobOutcome.KilledFor.WALL_TIME);
    } else if (init.cgroup().countsCpu() && now - nextCpuCheckNanos >= 0) {
      long used = init.cgroup().cpuTimeNanos();
      if (used > limits.cpuTime().toNanos()) {
        kill(JobOutcome.KilledFor.CPU_TIME);
      }
      nextCpuCheckNanos = now + untilCpuCheck(used);
    }
  }

  /** The earliest that the rest of the CPU time can be used up. */
  private long untilCpuCheck(long usedNanos) {
    long rest = limits.cpuTime().toNanos() - usedNanos;
    return Math.max(SHORTEST_CPU_CHECK_NANOS, (long) (rest / parallelism));
  }

  private void kill(JobOutcome.KilledFor reason) {
    synchronized (this) {
      if (killedFor != null) {
        return;
      }
      killedFor = reason;
    }
    init.kill();
  }

  private JobOutcome outcome(
      Program program,
      RunPlan plan,
      int initStatus,
      long wallTimeNanos,
      Capture stdout,
      Capture stderr) {
    long failure = init.zygote().arena().read(program.mailboxes().get(plan.payload()));
    if (failure != Program.NO_FAILURE) {
      StepFailure payload = new StepFailure(plan.payload(), failure);
      throw payload.step() >= firstExec(plan) ? new CannotExecuteException(payload) : payload;
    }
    long raw = init.zygote().arena().read(program.addressOf(plan.status()));
    Integer status = raw == -1 ? null : (Integer) (int) raw;
    var usage = init.cgroup().usage();
    boolean oom = usage.oomKills() != null && usage.oomKills() > 0;
    if (status == null && killedFor == null && !oom) {
      throw init.zygote()
          .death(program, "init (wait status 0x" + Integer.toHexString(initStatus) + ")");
    }
    return new JobOutcome(
        status,
        killedFor,
        deniedSyscall,
        usage,
        wallTimeNanos,
        stdout.kept(),
        stdout.total(),
        stderr.kept(),
        stderr.total(),
        Map.of(),
        Map.of());
  }

  private static int firstExec(RunPlan plan) {
    for (int i = 0; i < plan.payload().steps().size(); i++) {
      if (plan.payload().steps().get(i).toString().startsWith("execve(")) {
        return i;
      }
    }
    throw new IllegalStateException("a payload plan without execve");
  }
}
