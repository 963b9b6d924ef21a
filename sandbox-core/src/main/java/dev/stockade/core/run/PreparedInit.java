package dev.stockade.core.run;

import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.executor.Arena;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.SystemCallException;
import dev.stockade.core.policy.Limits;
import java.util.Optional;
import java.util.function.Function;
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
  private final Awaiting awaiting;
  private final Program program;
  private final JobCgroup cgroup;
  private @Nullable Fd workspace;
  private boolean closed;

  PreparedInit(
      Zygote zygote,
      long place,
      Child child,
      MessageSocket socket,
      Awaiting awaiting,
      Program program,
      JobCgroup cgroup) {
    this.zygote = zygote;
    this.arena = zygote.arena();
    this.place = place;
    this.child = child;
    this.socket = socket;
    this.awaiting = awaiting;
    this.program = program;
    this.cgroup = cgroup;
    arena.share();
  }

  /** A run's plans, placed behind the init's own. */
  record Placed(RunPlan plan, Program program) {}

  /** Waits until the newborn performs its own plan; ends it when that fails. */
  void awaitBirth(long patienceNanos) {
    orEnd(() -> expect(InitPlan.BORN, patienceNanos));
  }

  /**
   * Goes with the newborn until it is ready; ends it when that fails.
   *
   * @param likely the limits that its job will have if it asks for no others
   */
  void prepare(Limits likely, long patienceNanos) {
    orEnd(
        () -> {
          cgroup.attach(child.pid());
          socket.send(0);
          workspace = expect(InitPlan.READY, patienceNanos).fds().get(0);
          cgroup.prepare(likely);
        });
  }

  private void orEnd(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException e) {
      // Whatever failed, a missing process is the better reason.
      RuntimeException reason =
          e instanceof StepFailure || !child.hasEnded() ? e : zygote.death(program, who());
      close();
      throw reason;
    }
  }

  private MessageSocket.Message expect(long word, long patienceNanos) {
    Optional<MessageSocket.Message> message = socket.receive(patienceNanos);
    if (message.isEmpty()) {
      throw zygote.death(program, who());
    }
    if (message.get().word() != word) {
      throw new SandboxException("init said " + message.get().word() + " instead of " + word);
    }
    return message.get();
  }

  private String who() {
    return "init " + child.pid();
  }

  /**
   * Encodes a run's plans behind the init's own.
   *
   * @throws InvalidRequestException when they do not fit
   */
  Placed place(Function<Awaiting, RunPlan> compile) {
    RunPlan plan = Altered.by(zygote.alteration(), compile.apply(awaiting));
    Program run =
        PlanEncoder.encode(plan.init(), program.end(), awaiting.outer(program::addressOf));
    long tooMuch = run.end() - Zygote.endOfJob(place);
    if (tooMuch > 0) {
      throw new InvalidRequestException(
          "command",
          "arguments and environment are too long: with 16 to 24 bytes for each they take "
              + tooMuch
              + " bytes more than there is room for");
    }
    arena.write(run);
    return new Placed(plan, run);
  }

  /** Lets the program start: the address of its plan, and its descriptors 0, 1 and 2. */
  void go(long address, Fd stdin, Fd stdout, Fd stderr) {
    try {
      socket.send(address, stdin, stdout, stderr);
    } catch (SystemCallException e) {
      throw e.is(Errno.EPIPE) ? zygote.death(program, who()) : e;
    }
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
    arena.close();
    zygote.giveBack(place);
    cgroup.close();
  }
}
