package dev.stockade.core.run;

import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.Sys;
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
  private final long place;
  private final int pid;
  private final MessageSocket socket;
  private final Awaiting awaiting;
  private final Program program;
  private final JobCgroup cgroup;
  private final Fd pidfd;
  private @Nullable Fd workspace;
  private boolean reaped;

  PreparedInit(
      Zygote zygote,
      long place,
      int pid,
      MessageSocket socket,
      Awaiting awaiting,
      Program program,
      JobCgroup cgroup) {
    this.zygote = zygote;
    this.place = place;
    this.pid = pid;
    this.socket = socket;
    this.awaiting = awaiting;
    this.program = program;
    this.cgroup = cgroup;
    this.pidfd = Sys.pidfd(pid);
  }

  /**
   * Goes with the newborn until it is ready; ends it when that fails.
   *
   * @param likely the limits that its job will have if it asks for no others
   */
  void prepare(Limits likely, long patienceNanos) {
    try {
      expect(InitPlan.BORN, patienceNanos);
      cgroup.attach(pid);
      socket.send(0);
      workspace = expect(InitPlan.READY, patienceNanos).fds().get(0);
      cgroup.prepare(likely);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private MessageSocket.Message expect(long word, long patienceNanos) {
    Optional<MessageSocket.Message> message = socket.receive(patienceNanos);
    if (message.isEmpty()) {
      throw zygote.death(program, "init " + pid);
    }
    if (message.get().word() != word) {
      throw new SandboxException("init said " + message.get().word() + " instead of " + word);
    }
    return message.get();
  }

  /** Encodes a run's plans behind the init's own. */
  Program place(Function<Awaiting, RunPlan> compile, RunPlan[] compiled) {
    compiled[0] = compile.apply(awaiting);
    Program run =
        PlanEncoder.encode(compiled[0].init(), program.end(), awaiting.outer(program::addressOf));
    if (run.end() > Zygote.endOfJob(place)) {
      throw new InvalidRequestException(
          "command", "arguments and environment are longer than 2 MiB together");
    }
    zygote.arena().write(run);
    return run;
  }

  /** Lets the program start: the address of its plan, and its descriptors 0, 1 and 2. */
  void go(long address, Fd stdin, Fd stdout, Fd stderr) {
    try {
      socket.send(address, stdin, stdout, stderr);
    } catch (SystemCallException e) {
      throw e.is(Errno.EPIPE) ? zygote.death(program, "init " + pid) : e;
    }
  }

  Zygote zygote() {
    return zygote;
  }

  int pid() {
    return pid;
  }

  Fd pidfd() {
    return pidfd;
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

  /** Ends the job: init, and by that every process of its PID namespace. */
  void kill() {
    Sys.signal(pidfd, Constants.SIGKILL);
  }

  /** Waits for the end of init, which comes after the end of every process of the job. */
  int reap() {
    int status = Sys.waitFor(pid);
    reaped = true;
    return status;
  }

  @Override
  public void close() {
    if (!reaped) {
      kill();
      reap();
    }
    pidfd.close();
    socket.close();
    if (workspace != null) {
      workspace.close();
    }
    zygote.giveBack(place);
    cgroup.close();
  }
}
