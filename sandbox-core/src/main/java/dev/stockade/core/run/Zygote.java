package dev.stockade.core.run;

import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.FilePlan;
import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.SpawnPlan;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.executor.Arena;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.policy.Policy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that sits in a slot's namespaces and makes inits, and the memory shared with it.
 *
 * <p>It performs one order at a time. Where an order's plan lies must stay untouched until the
 * order after it has arrived, so orders alternate between two places; jobs, of which one runs while
 * the next is prepared, have two places as well.
 */
final class Zygote implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Policy policy;
  private final HostFacts host;
  private final Identity identity;
  private final Arena arena = Arena.create();
  private final Map<Long, Prepared> initPrograms = new HashMap<>();
  private final Deque<Long> freePlaces =
      new ArrayDeque<>(List.of(Layout.FIRST_JOB, Layout.FIRST_JOB + Layout.JOB_SIZE));
  private final MessageSocket control;
  private final int pid;
  private final Fd pidfd;
  private Awaiting awaiting;
  private Program current;
  private int orders;
  private boolean closed;

  private record Prepared(Awaiting awaiting, Program program) {}

  /** An opened file or the errno of its open. */
  record OpenedFile(@Nullable Fd fd, int errno, int mode, long size) {}

  private Zygote(ZygoteSpawner spawner, Policy policy, HostFacts host, Identity identity) {
    this.policy = policy;
    this.host = host;
    this.identity = identity;
    this.awaiting = ZygotePlan.compile(policy, host, identity);
    this.current = PlanEncoder.encode(awaiting.plan(), Layout.ARENA_ADDRESS);
    arena.write(current);
    Fd[] pair = Sys.socketPair();
    this.control = new MessageSocket(pair[0]);
    try (Fd theirs = pair[1]) {
      this.pid = spawner.spawn(theirs, arena.fd());
    }
    this.pidfd = Sys.pidfd(pid);
  }

  /** Starts a zygote and waits until it is up. */
  static Zygote start(ZygoteSpawner spawner, Policy policy, HostFacts host, Identity identity) {
    Zygote zygote = new Zygote(spawner, policy, host, identity);
    try {
      long word = zygote.answer();
      if (word == ZygotePlan.MAP_ME && identity instanceof Identity.Subordinate ids) {
        IdMapper.map(zygote.pid, ids);
        zygote.control.send(0);
        word = zygote.answer();
      }
      if (word != ZygotePlan.UP) {
        throw new SandboxException("a zygote said " + word + " instead of being up");
      }
      return zygote;
    } catch (RuntimeException e) {
      zygote.close();
      throw e;
    }
  }

  int pid() {
    return pid;
  }

  Arena arena() {
    return arena;
  }

  /**
   * Makes an init and goes with it until only the request is missing.
   *
   * @param lease puts the newborn into its cgroup
   */
  synchronized PreparedInit makeInit(JobCgroup lease) {
    Long place = freePlaces.poll();
    if (place == null) {
      throw new IllegalStateException("both places for jobs are in use");
    }
    PreparedInit init = null;
    Fd[] pair = Sys.socketPair();
    MessageSocket job = new MessageSocket(pair[0]);
    try (Fd theirs = pair[1]) {
      Prepared prepared = initPrograms.computeIfAbsent(place, at -> encodeInit(at, lease));
      arena.write(prepared.program());
      SpawnPlan spawn = SpawnPlan.compile(policy, awaiting, prepared.program().start());
      Program program = order(spawn.awaiting(), theirs);
      expect(SpawnPlan.MADE);
      int initPid = (int) arena.read(program.addressOf(spawn.pid()));
      init =
          new PreparedInit(
              this, place, initPid, job, prepared.awaiting(), prepared.program(), lease);
    } catch (RuntimeException e) {
      if (init == null) {
        job.close();
        freePlaces.push(place);
      }
      throw e;
    }
    init.prepare(policy.limits(), PATIENCE_NANOS);
    return init;
  }

  private Prepared encodeInit(long place, JobCgroup lease) {
    Awaiting init =
        InitPlan.compile(
            policy,
            host,
            identity,
            lease.isPresent(),
            new InitPlan.MemoryRange(place, endOfJob(place)));
    return new Prepared(init, PlanEncoder.encode(init.plan(), place));
  }

  /** The last address, exclusive, that a job placed at {@code place} may use. */
  static long endOfJob(long place) {
    return place + Layout.JOB_SIZE;
  }

  synchronized void giveBack(long place) {
    freePlaces.push(place);
  }

  /** Makes files in a workspace that no job has seen yet, in the given order. */
  List<OpenedFile> createFiles(Fd workspace, List<FilePlan.NewFile> files) {
    return openAll(workspace, files, FilePlan::create);
  }

  /** Opens files of a workspace whose job is dead. */
  List<OpenedFile> openFiles(Fd workspace, List<String> names) {
    return openAll(workspace, names, FilePlan::open);
  }

  private <T> List<OpenedFile> openAll(
      Fd workspace, List<T> files, BiFunction<Awaiting, List<T>, FilePlan> compile) {
    List<OpenedFile> opened = new ArrayList<>();
    int batch = 64;
    for (int from = 0; from < files.size(); from += batch) {
      List<T> some = files.subList(from, Math.min(files.size(), from + batch));
      opened.addAll(openSome(workspace, () -> compile.apply(awaiting, some)));
    }
    return opened;
  }

  private synchronized List<OpenedFile> openSome(Fd workspace, Supplier<FilePlan> compile) {
    FilePlan files = compile.get();
    Program program = order(files.awaiting(), workspace);
    Map<Long, Fd> fds = new HashMap<>();
    while (true) {
      MessageSocket.Message message = receive();
      if (message.word() == FilePlan.DONE) {
        break;
      }
      fds.put(message.word(), message.fds().get(0));
    }
    List<OpenedFile> opened = new ArrayList<>();
    for (int i = 0; i < files.results().size(); i++) {
      int result = (int) arena.read(program.addressOf(files.results().get(i)));
      long stat = program.addressOf(files.stats().get(i));
      opened.add(
          new OpenedFile(
              fds.get((long) i),
              result < 0 ? -result : 0,
              (int) arena.read(stat + 24),
              arena.read(stat + 48)));
    }
    return opened;
  }

  /** Places an order, sends it, and remembers where the zygote waits next. */
  private Program order(Awaiting next, Fd... fds) {
    if (closed) {
      throw new SandboxException("the zygote is closed");
    }
    long place = Layout.FIRST_ORDER + (orders++ % 2) * Layout.ORDER_SIZE;
    Program program = PlanEncoder.encode(next.plan(), place, awaiting.outer(current::addressOf));
    if (program.end() > place + Layout.ORDER_SIZE) {
      throw new SandboxException("an order of " + program.bytes().length + " bytes is too long");
    }
    arena.write(program);
    try {
      control.send(program.start(), fds);
    } catch (SystemCallException e) {
      throw e.is(Errno.EPIPE) ? death(current, "zygote " + pid) : e;
    }
    awaiting = next;
    current = program;
    return program;
  }

  private long answer() {
    return receive().word();
  }

  private void expect(long word) {
    long answer = answer();
    if (answer != word) {
      throw new SandboxException("the zygote answered " + answer + " instead of " + word);
    }
  }

  private MessageSocket.Message receive() {
    Optional<MessageSocket.Message> message = control.receive(PATIENCE_NANOS);
    if (message.isEmpty()) {
      throw death(current, "zygote " + pid);
    }
    return message.get();
  }

  /** Why the process that performed a program is gone. */
  SandboxException death(Program program, String who) {
    for (Map.Entry<Plan, Long> mailbox : program.mailboxes().entrySet()) {
      long failure = arena.read(mailbox.getValue());
      if (failure != Program.NO_FAILURE) {
        return new StepFailure(mailbox.getKey(), failure);
      }
    }
    return new EndedFromOutsideException(who, null);
  }

  /** Whether the process is there; false soon after it was killed. */
  boolean isAlive() {
    return !closed && Sys.signal(pidfd, 0);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    control.close();
    Sys.signal(pidfd, Constants.SIGKILL);
    Sys.waitFor(pid);
    pidfd.close();
    arena.close();
  }
}
