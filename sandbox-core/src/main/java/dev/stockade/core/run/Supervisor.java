package dev.stockade.core.run;

import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.executor.Program;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Memfd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.PollSet;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.policy.Limits;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs one program in a prepared init, on the calling thread: one poll(2) loop over both output
 * pipes or the terminal, the init's pidfd, its socket, the filter's listener, the pipe to the
 * program's peer or from those who attend it, and the nearest deadline.
 */
final class Supervisor implements AutoCloseable {
  private static final int STDOUT = 0;
  private static final int STDERR = 1;
  private static final int INIT = 2;
  private static final int SOCKET = 3;
  private static final int LISTENER = 4;
  private static final int PEER = 5;
  private static final int WAKE = 6;
  private static final int BUFFER = 64 << 10;

  private final PreparedInit init;
  private final JobOrder order;
  private final Limits limits;
  private final PollSet poll = new PollSet(7);
  private final NativeBuffer buffer = NativeBuffer.allocate(BUFFER);
  private final CpuDeadline cpuDeadline;
  private final Conversation.@Nullable End talk;
  private @Nullable Attended attended;
  private @Nullable Runnable whenBegun;
  private volatile JobOutcome.@Nullable KilledFor killedFor;
  private @Nullable String deniedSyscall;
  private @Nullable Fd listener;
  private boolean isListening = true;
  private boolean everybodyIsGone;
  private volatile boolean passedOnOutput;
  private long startNanos;
  private long nextCpuCheckNanos;

  /**
   * @param talk the program's end of a conversation; {@code null}: it has none
   */
  Supervisor(PreparedInit init, JobOrder order, Conversation.@Nullable End talk) {
    this.init = init;
    this.talk = talk;
    this.order = order;
    this.limits = order.limits();
    this.cpuDeadline =
        new CpuDeadline(limits.cpuTime(), Runtime.getRuntime().availableProcessors());
  }

  /** Ends the run from another thread. */
  void cancel() {
    kill(JobOutcome.KilledFor.CANCELLED);
  }

  /** Ends the run of a service, from another thread: nobody needs it any more. */
  void dismiss() {
    kill(JobOutcome.KilledFor.DISMISSED);
  }

  /** Whether something has asked the run to end. */
  boolean isBeingEnded() {
    return killedFor != null;
  }

  /** Has something done on the run's thread when the program has been executed. */
  void whenBegun(Runnable action) {
    whenBegun = action;
  }

  /** Whether somebody outside may have noticed the run: heard output, or had it take input. */
  boolean hasPassedOnOutput() {
    return passedOnOutput;
  }

  JobOutcome run() {
    PreparedInit.Placed placed = init.place(RunPlan.compile(order.command(), order.environment()));
    Attendance attendance = order.attendance();
    Fd payload = attendance == null ? null : payloadPidfd();
    if (attendance == null || payload == null) {
      return run(placed);
    }
    Fd terminal = init.terminal();
    if (terminal == null) {
      try (Attended side = Attended.byPipe(attendance, payload)) {
        attended = side;
        return run(placed);
      }
    }
    try (Attended side = Attended.onTerminal(attendance, payload, terminal)) {
      attended = side;
      return run(placed, terminal, side);
    }
  }

  /** {@code null}: cancelled before it began, so nobody attends what will never be. */
  private @Nullable Fd payloadPidfd() {
    try {
      return init.payloadPidfd();
    } catch (EndedFromOutsideException e) {
      if (killedFor == null) {
        throw e;
      }
      return null;
    }
  }

  /** Whatever is written to the terminal is standard output; standard error has nothing. */
  private JobOutcome run(PreparedInit.Placed placed, Fd terminal, Attended side) {
    try (Capture screen =
            new Capture(
                Sys.duplicate(terminal, 3),
                limits.output().bytes(),
                order.stdoutTo(),
                null,
                bytes -> side.wrote(1, bytes));
        Capture nothing = Capture.ofNothing()) {
      side.resize(); // before the program can ask
      start(placed.program());
      return follow(placed, screen, nothing);
    }
  }

  private JobOutcome run(PreparedInit.Placed placed) {
    Attended side = attended;
    Fd[] out = Sys.pipe();
    try (Fd stdoutEnd = out[1];
        Capture stdout =
            new Capture(
                out[0],
                limits.output().bytes(),
                order.stdoutTo(),
                talk == null ? null : talk.relay(),
                side == null ? null : bytes -> side.wrote(1, bytes))) {
      Fd[] err = Sys.pipe();
      try (Fd stderrEnd = err[1];
          Capture stderr =
              new Capture(
                  err[0],
                  limits.output().bytes(),
                  order.stderrTo(),
                  null,
                  side == null ? null : bytes -> side.wrote(2, bytes))) {
        startOnPipes(placed.program(), stdoutEnd, stderrEnd);
        return follow(placed, stdout, stderr);
      }
    }
  }

  private JobOutcome follow(PreparedInit.Placed placed, Capture stdout, Capture stderr) {
    try {
      watch(placed, stdout, stderr);
      if (talk != null) {
        talk.left();
      }
      int initStatus = everybodyIsGone ? 0 : init.child().waitForEnd();
      long wallTimeNanos = System.nanoTime() - startNanos;
      drain(stdout);
      drain(stderr);
      return outcome(placed, initStatus, wallTimeNanos, stdout, stderr);
    } finally {
      passedOnOutput =
          stdout.hasPassedOn() || stderr.hasPassedOn() || (attended != null && attended.hasBegun());
    }
  }

  private void startOnPipes(Program program, Fd stdout, Fd stderr) {
    try (stdout;
        stderr;
        Fd stdin = stdin()) {
      // /dev/stdout and /dev/stderr are opened anew by some programs, under the job's own ids.
      Sys.chmod(stdout, 0622);
      Sys.chmod(stderr, 0622);
      start(program, stdin, stdout, stderr);
    }
  }

  /**
   * @param streams its descriptors 0, 1 and 2; none where it has a terminal
   */
  private void start(Program program, Fd... streams) {
    try {
      init.cgroup().start(limits);
      startNanos = System.nanoTime();
      nextCpuCheckNanos = startNanos + cpuDeadline.nanosUntilNextLook(0);
      init.go(program.start(), streams);
    } catch (EndedFromOutsideException e) {
      if (killedFor == null) {
        throw e;
      }
      // Cancelled before it began: the init is dead because we killed it.
    }
  }

  private Fd stdin() {
    if (attended != null) {
      return attended.stdin();
    }
    return talk == null ? Memfd.sealed("stdin", order.stdin()) : talk.stdin();
  }

  private void watch(PreparedInit.Placed placed, Capture stdout, Capture stderr) {
    poll.watch(STDOUT, stdout.pipe(), Constants.POLLIN);
    poll.watch(STDERR, stderr.pipe(), Constants.POLLIN);
    poll.watch(INIT, init.child().pidfd(), Constants.POLLIN);
    poll.watch(SOCKET, init.socket().fd(), Constants.POLLIN);
    while (true) {
      if (talk != null) {
        awaitPeer(talk.relay(), stdout);
      }
      if (attended != null) {
        attended.watch(poll, PEER, WAKE, buffer);
        watchWhileTaken(STDOUT, stdout, attended);
        watchWhileTaken(STDERR, stderr, attended);
      }
      int ready = Sys.poll(poll, untilNextDeadline());
      if (ready > 0) {
        if (attended != null) {
          attended.polled(poll, PEER, WAKE, buffer);
        }
        if (talk != null && poll.events(PEER) != 0) {
          passOn(talk.relay());
        }
        collect(STDOUT, stdout);
        collect(STDERR, stderr);
        boolean initHasEnded = poll.events(INIT) != 0;
        if (poll.events(SOCKET) != 0) {
          do {
            listen(placed);
          } while (initHasEnded && isListening && !everybodyIsGone);
        }
        if (poll.events(LISTENER) != 0) {
          denied();
        }
        if (everybodyIsGone || initHasEnded) {
          return;
        }
      }
      checkTimes();
    }
  }

  /** What the program writes is read only when those who attend take it, as in a pipe. */
  private void watchWhileTaken(int place, Capture capture, Attended side) {
    if (!capture.isEnded() && side.takesOutput()) {
      poll.watch(place, capture.pipe(), Constants.POLLIN);
    } else {
      poll.ignore(place);
    }
  }

  /** What the program writes is read only when its peer has room for it, as in a pipe. */
  private void awaitPeer(Relay relay, Capture stdout) {
    if (!relay.isOpen()) {
      poll.ignore(PEER);
      if (!relay.dropsWhatNobodyReads()) {
        poll.ignore(STDOUT);
        stdout.abandon();
      }
    }
    boolean hasRoom = !relay.isFull();
    if (hasRoom && !stdout.isEnded()) {
      poll.watch(STDOUT, stdout.pipe(), Constants.POLLIN);
    } else {
      poll.ignore(STDOUT);
    }
    if (relay.isOpen()) {
      poll.watch(PEER, relay.pipe(), hasRoom ? 0 : Constants.POLLOUT);
    }
  }

  /** The peer takes more, or will never take any more. */
  private void passOn(Relay relay) {
    if ((poll.events(PEER) & Constants.POLLERR) != 0) {
      relay.receiverLeft();
    } else {
      relay.pump();
    }
  }

  private void collect(int place, Capture capture) {
    if (poll.events(place) == 0) {
      return;
    }
    capture.read(buffer);
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
    poll.ignore(PEER);
    poll.ignore(WAKE);
    if (!capture.isEnded()) {
      poll.watch(STDOUT, capture.pipe(), Constants.POLLIN);
    }
    while (!capture.isEnded() && Sys.poll(poll, 0) > 0) {
      capture.read(buffer);
    }
  }

  /** Takes what the init says: the program has started, or everybody is gone. */
  private void listen(PreparedInit.Placed placed) {
    Optional<MessageSocket.Message> message = init.socket().receive(0);
    if (message.isEmpty()) {
      isListening = false;
      poll.ignore(SOCKET);
    } else if (message.get().word() == InitPlan.GONE) {
      everybodyIsGone = true;
    } else if (!message.get().fds().isEmpty()) {
      listener = message.get().fds().get(0);
      if (init.payloadFailure(placed) == null) {
        begun();
      }
      poll.watch(LISTENER, listener, Constants.POLLIN);
    }
  }

  private void begun() {
    if (attended != null) {
      attended.begin(); // the payload has gone on, and so is the one whose pidfd was opened
    }
    if (whenBegun != null) {
      whenBegun.run();
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
      // Not evidence when the run is ending for another reason already.
      if (kill(JobOutcome.KilledFor.DENIED_SYSCALL)) {
        deniedSyscall = SyscallTable.X86_64.name(number);
      }
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
      nextCpuCheckNanos = now + cpuDeadline.nanosUntilNextLook(used);
    }
  }

  /**
   * Ends the run.
   *
   * @return whether this is the reason; the first one stays
   */
  private boolean kill(JobOutcome.KilledFor reason) {
    synchronized (this) {
      if (killedFor != null) {
        return false;
      }
      killedFor = reason;
    }
    if (talk != null) {
      talk.killed(reason);
    }
    init.child().kill();
    return true;
  }

  private JobOutcome outcome(
      PreparedInit.Placed placed,
      int initStatus,
      long wallTimeNanos,
      Capture stdout,
      Capture stderr) {
    StepFailure failure = init.payloadFailure(placed);
    if (failure != null) {
      throw notStarted(placed, failure);
    }
    Integer status = everybodyIsGone ? init.status() : null;
    var usage = init.cgroup().usage();
    boolean oom = usage.oomKills() != null && usage.oomKills() > 0;
    if (status == null && killedFor == null && !oom) {
      throw init.death(
          " (wait status 0x" + Integer.toHexString(initStatus) + ")", placed.program());
    }
    return new JobOutcome(
        status,
        killedFor,
        deniedSyscall,
        usage,
        everybodyIsGone ? (Long) init.involuntarySwitches() : null,
        wallTimeNanos,
        stdout.kept(),
        stdout.total(),
        stderr.kept(),
        stderr.total(),
        Map.of(),
        Map.of());
  }

  /** Why the payload did not get to the program. */
  private SandboxException notStarted(PreparedInit.Placed placed, StepFailure payload) {
    if (!payload.isOf("execve")) {
      return payload;
    }
    int errno = payload.errno();
    for (Slot attempt : placed.plan().attempts()) {
      // As execvp(3): what was found but may not be executed is the better reason.
      if (init.arena().read(placed.program().addressOf(attempt)) == -Errno.EACCES.number()) {
        errno = Errno.EACCES.number();
      }
    }
    return new CannotExecuteException(payload, errno);
  }

  @Override
  public void close() {
    buffer.close();
    poll.close();
    if (listener != null) {
      listener.close();
    }
  }
}
