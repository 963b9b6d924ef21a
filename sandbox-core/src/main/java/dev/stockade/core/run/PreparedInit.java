package dev.stockade.core.run;

import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.JobPlan;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.executor.Arena;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.policy.Limits;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The init of one job: made ahead, used once, and the owner of all that belongs to the job:
 * process, socket, workspace, cgroup, place in the shared memory.
 */
final class PreparedInit implements AutoCloseable {
  private final Zygote zygote;
  private final Arena arena;
  private final long place;
  private final Child child;
  private final MessageSocket socket;
  private final JobPlan plan;
  private final Program program;
  private final JobCgroup cgroup;
  private final boolean isAdmitted;
  private @Nullable Fd workspace;
  private @Nullable Fd terminal;
  private int payloadPid;
  private boolean closed;

  /**
   * @param isAdmitted whether it has been sent already what it needs to enter its cgroup
   */
  PreparedInit(
      Zygote zygote,
      long place,
      Child child,
      MessageSocket socket,
      JobPlan plan,
      Program program,
      JobCgroup cgroup,
      boolean isAdmitted) {
    this.zygote = zygote;
    this.arena = zygote.arena();
    this.place = place;
    this.child = child;
    this.socket = socket;
    this.plan = plan;
    this.program = program;
    this.cgroup = cgroup;
    this.isAdmitted = isAdmitted;
    arena.share();
  }

  /** A run's plan, placed behind the init's own. */
  record Placed(RunPlan plan, Program program) {}

  /** Waits until the newborn performs its own plan; ends it when that fails. */
  void awaitBirth(long patienceNanos) {
    Supplier<SandboxException> death = () -> zygote.deathOfNewborn(who(), program);
    orEnd(() -> expect(InitPlan.BORN, patienceNanos, death), death);
  }

  /**
   * Goes with the newborn until it is ready; ends it when that fails.
   *
   * @param likely the limits that its job will have if it asks for no others
   * @param withTerminal whether it makes one
   */
  void prepare(Limits likely, boolean withTerminal, long patienceNanos) {
    Supplier<SandboxException> death = () -> zygote.death(who(), program);
    orEnd(
        () -> {
          if (!isAdmitted) {
            cgroup.admit(child.pid(), socket);
          }
          if (withTerminal) {
            terminal = expect(InitPlan.TERMINAL, patienceNanos, death).fds().get(0);
            Sys.doNotBlock(terminal);
          }
          MessageSocket.Message ready = expect(InitPlan.READY, patienceNanos, death);
          workspace = ready.fds().get(0);
          payloadPid = ready.sender();
          cgroup.prepare(likely);
        },
        death);
  }

  private void orEnd(Runnable part, Supplier<SandboxException> death) {
    try {
      part.run();
    } catch (RuntimeException e) {
      // Whatever failed, a missing process is the better reason.
      RuntimeException reason = e instanceof StepFailure || !isGone(e) ? e : death.get();
      close();
      throw reason;
    }
  }

  /** A process that is ending has closed its socket a moment before it has ended. */
  private boolean isGone(RuntimeException e) {
    return child.hasEnded() || (e instanceof SystemCallException call && call.is(Errno.EPIPE));
  }

  private MessageSocket.Message expect(
      long word, long patienceNanos, Supplier<SandboxException> death) {
    Optional<MessageSocket.Message> message = socket.receive(patienceNanos);
    if (message.isEmpty()) {
      throw death.get();
    }
    if (message.get().word() != word) {
      throw message.get().word() == InitPlan.GONE // its payload has failed or was killed
          ? death.get()
          : new SandboxException("init said " + message.get().word() + " instead of " + word);
    }
    return message.get();
  }

  private String who() {
    return "init " + child.pid();
  }

  /**
   * Encodes a run's plan behind the init's own.
   *
   * @throws InvalidRequestException when it does not fit
   */
  Placed place(RunPlan compiled) {
    RunPlan request = Altered.by(zygote.alteration(), compiled);
    Program run = PlanEncoder.encode(request.plan(), program.end());
    long tooMuch = run.end() - Zygote.endOfJob(place);
    if (tooMuch > 0) {
      throw new InvalidRequestException(
          "command",
          "arguments and environment are too long: with 16 to 24 bytes for each they take "
              + tooMuch
              + " bytes more than there is room for");
    }
    arena.write(run);
    zygote.alteration().placed(arena, run);
    return new Placed(request, run);
  }

  /** Chooses the processor that the program will keep to, where its plan has such a step. */
  void pinTo(int processor) {
    Slot mask = plan.processorMask();
    if (mask == null) {
      throw new IllegalStateException("the payload of " + who() + " is not pinned");
    }
    long word = program.addressOf(mask) + (long) (processor / Long.SIZE) * Long.BYTES;
    arena.write(word, 1L << processor);
  }

  /**
   * Lets the program start.
   *
   * @param address of its plan
   * @param streams its descriptors 0, 1 and 2; none where it has a terminal
   */
  void go(long address, Fd... streams) {
    try {
      socket.send(address, streams);
    } catch (SystemCallException e) {
      throw e.is(Errno.EPIPE) ? zygote.death(who(), program) : e;
    }
  }

  /**
   * pidfd_open(2) of the payload, before it is told to go on. That it is the payload's, not that of
   * a process that got the pid of a dead one, is certain as soon as the payload has gone on.
   */
  Fd payloadPidfd() {
    try {
      return Sys.pidfd(payloadPid);
    } catch (SystemCallException e) {
      throw e.is(Errno.ESRCH) ? zygote.death(who(), program) : e;
    }
  }

  /** The program's wait status, when the init has said that everybody is gone. */
  int status() {
    return (int) arena.read(program.addressOf(plan.status()));
  }

  /** How often the program was interrupted for others, when the init has said so. */
  long involuntarySwitches() {
    return arena.read(program.addressOf(plan.involuntarySwitches()));
  }

  /** The step at which the payload failed while it was becoming the program. */
  @Nullable StepFailure payloadFailure(Placed request) {
    StepFailure failure = failure(program, plan.payload());
    return failure == null ? failure(request.program(), request.plan().plan()) : failure;
  }

  private @Nullable StepFailure failure(Program of, Plan performed) {
    long failure = arena.read(of.mailboxes().get(performed));
    return failure == Program.NO_FAILURE ? null : new StepFailure(performed, failure);
  }

  /** Why it is gone, whose payload performed a run's program. */
  SandboxException death(String detail, Program run) {
    return zygote.death(who() + detail, run, program);
  }

  Zygote zygote() {
    return zygote;
  }

  Arena arena() {
    return arena;
  }

  Child child() {
    return child;
  }

  MessageSocket socket() {
    return socket;
  }

  JobCgroup cgroup() {
    return cgroup;
  }

  /** The server's side of the payload's terminal; {@code null}: it has none. */
  @Nullable Fd terminal() {
    return terminal;
  }

  Fd workspace() {
    if (workspace == null) {
      throw new IllegalStateException("the init is not ready");
    }
    return workspace;
  }

  /** Ends the job, with it every process of its PID namespace, and gives back what it had. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    child.close();
    socket.close();
    if (workspace != null) {
      workspace.close();
    }
    if (terminal != null) {
      terminal.close();
    }
    arena.close();
    zygote.giveBack(place);
    cgroup.close();
  }
}
