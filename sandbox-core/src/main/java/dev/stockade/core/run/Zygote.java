package dev.stockade.core.run;

import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.FilePlan;
import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.JobPlan;
import dev.stockade.core.compile.SpawnPlan;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.executor.Arena;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that sits in a slot's namespaces and makes inits, and the memory shared with it.
 *
 * <p>It performs one order at a time. Where an order's plan lies must stay untouched until the
 * order after it has arrived, so orders alternate between two places; jobs, of which one runs while
 * the last is ended or the next is prepared, have two places as well. After the first failure of an
 * order nobody knows what the process waits for: it is ended.
 */
final class Zygote implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Files opened by one order, so many that the longest names fit. */
  private static final int BATCH = 64;

  /** Offsets in {@code struct stat}, stat(3type). */
  private static final int STAT_MODE = 24;

  private static final int STAT_SIZE = 48;

  private final Policy policy;
  private final HostFacts host;
  private final Supplier<BpfProgram> filter;
  private final Identity identity;
  private final boolean pinned;
  private final boolean terminal;
  private final Alteration alteration;
  private final Arena arena;
  private final MessageSocket control;
  private final Child child;
  private final Map<Long, Prepared> initPrograms = new HashMap<>();
  private final Deque<Long> freePlaces =
      new ArrayDeque<>(List.of(Layout.FIRST_JOB, Layout.FIRST_JOB + Layout.JOB_SIZE));
  private Awaiting awaiting;
  private Program previous;
  private Program current;
  private int orders;
  private boolean isUp;
  private boolean failed;
  private boolean closed;

  private record Prepared(JobPlan plan, Program program) {}

  /** An opened file or the errno of its open. */
  record OpenedFile(@Nullable Fd fd, int errno, int mode, long size) {}

  private Zygote(
      Policy policy,
      HostFacts host,
      Supplier<BpfProgram> filter,
      Identity identity,
      boolean pinned,
      boolean terminal,
      Alteration alteration,
      Arena arena,
      MessageSocket control,
      Child child,
      Awaiting awaiting,
      Program current) {
    this.policy = policy;
    this.host = host;
    this.filter = filter;
    this.identity = identity;
    this.pinned = pinned;
    this.terminal = terminal;
    this.alteration = alteration;
    this.arena = arena;
    this.control = control;
    this.child = child;
    this.awaiting = awaiting;
    this.previous = current;
    this.current = current;
  }

  /**
   * Starts a zygote, which comes up meanwhile: that it fails to shows when it makes an init.
   *
   * @param link what it joins where the policy is that of a program in a link
   */
  static Zygote start(
      ZygoteSpawner spawner,
      Policy policy,
      HostFacts host,
      Supplier<BpfProgram> filter,
      Identity identity,
      boolean pinned,
      boolean terminal,
      Alteration alteration,
      @Nullable Link link) {
    Awaiting awaiting = Altered.by(alteration, ZygotePlan.compile(policy, host, identity));
    Program program = PlanEncoder.encode(awaiting.plan(), Layout.ARENA_ADDRESS);
    if (program.end() > Layout.FIRST_ORDER) {
      throw new SandboxException(
          String.format(
              Locale.ROOT,
              "policy %s has too many binds: its zygote's plan has %d bytes, there is room for %d",
              policy.name(),
              program.bytes().length,
              Layout.ORDER_SIZE));
    }
    Arena arena = Arena.create();
    MessageSocket control = null;
    try {
      arena.write(program);
      alteration.placed(arena, program);
      Fd[] pair = Sys.socketPair();
      try (Fd theirs = pair[1]) {
        control = new MessageSocket(pair[0]);
        if (link != null) {
          link.sendTo(control);
        }
        Child child = Child.adopt(spawner.spawn(theirs, arena.fd()));
        return new Zygote(
            policy,
            host,
            filter,
            identity,
            pinned,
            terminal,
            alteration,
            arena,
            control,
            child,
            awaiting,
            program);
      }
    } catch (RuntimeException e) {
      if (control != null) {
        control.close();
      }
      arena.close();
      throw e;
    }
  }

  /** Waits until it has set itself up. */
  private void awaitUp() {
    if (isUp) {
      return;
    }
    try {
      comeUp();
      isUp = true;
    } catch (RuntimeException e) {
      failed = true;
      // Whatever failed, a missing process is the better reason.
      throw e instanceof StepFailure || !child.hasEnded() ? e : death();
    }
  }

  private void comeUp() {
    long word = receive().word();
    if (word == ZygotePlan.MAP_ME && identity instanceof Identity.Subordinate ids) {
      IdMapper.map(child.pid(), ids);
      control.send(0);
      word = receive().word();
    }
    if (word != ZygotePlan.UP) {
      throw new SandboxException("a zygote said " + word + " instead of being up");
    }
  }

  int pid() {
    return child.pid();
  }

  Alteration alteration() {
    return alteration;
  }

  Arena arena() {
    return arena;
  }

  /**
   * Makes an init and goes with it until only the request is missing.
   *
   * @param cgroup the newborn is put into it
   */
  PreparedInit makeInit(JobCgroup cgroup) {
    PreparedInit init;
    synchronized (this) {
      init = newborn(cgroup);
      // Its first steps lie among the orders: none may be overwritten before it is past them.
      init.awaitBirth(PATIENCE_NANOS);
    }
    init.prepare(policy.limits(), terminal, PATIENCE_NANOS);
    return init;
  }

  private PreparedInit newborn(JobCgroup cgroup) {
    Long place = freePlaces.poll();
    if (place == null) {
      throw new IllegalStateException("both places for jobs are in use");
    }
    MessageSocket job = null;
    try {
      Fd[] pair = Sys.socketPair();
      try (Fd theirs = pair[1]) {
        job = new MessageSocket(pair[0]);
        job.tellSenders();
        boolean isAdmitted = cgroup.admitAhead(job);
        Prepared prepared = initPrograms.computeIfAbsent(place, at -> encodeInit(at, cgroup));
        arena.write(prepared.program());
        alteration.placed(arena, prepared.program());
        Child init =
            spawnInit(
                Altered.by(
                    alteration, SpawnPlan.compile(policy, awaiting, prepared.program().start())),
                theirs);
        return new PreparedInit(
            this, place, init, job, prepared.plan(), prepared.program(), cgroup, isAdmitted);
      }
    } catch (RuntimeException e) {
      if (job != null) {
        job.close();
      }
      freePlaces.push(place);
      throw e;
    }
  }

  private Child spawnInit(SpawnPlan spawn, Fd socket) {
    Program program = order(spawn.awaiting(), socket);
    long pid = program.addressOf(spawn.pid());
    try {
      awaitUp(); // the order lies ready for it
      expect(SpawnPlan.MADE);
    } catch (RuntimeException e) {
      // The zygote may have been killed right after the init, which is our child, was made. The
      // kernel itself wrote the pid.
      child.end();
      int orphan = (int) arena.read(pid);
      if (orphan != 0) {
        Child.adopt(orphan).close();
      }
      throw e;
    }
    return Child.adopt((int) arena.read(pid));
  }

  private Prepared encodeInit(long place, JobCgroup cgroup) {
    JobPlan job =
        Altered.by(
            alteration,
            InitPlan.compile(
                policy,
                host,
                identity,
                cgroup.entry(),
                filter.get(),
                pinned,
                terminal,
                new InitPlan.MemoryRange(place, endOfJob(place))));
    return new Prepared(job, PlanEncoder.encode(job.init(), place));
  }

  /** The last address, exclusive, that a job placed at {@code place} may use. */
  static long endOfJob(long place) {
    return place + Layout.JOB_SIZE;
  }

  synchronized void giveBack(long place) {
    freePlaces.push(place);
  }

  /** Makes folders in a workspace that no job has seen yet, outer ones first; errnos, 0 if made. */
  List<Integer> makeFolders(Fd workspace, List<String> names) {
    List<Integer> errnos = new ArrayList<>();
    for (List<String> some : batches(names)) {
      errnos.addAll(makeSomeFolders(workspace, some));
    }
    return errnos;
  }

  private synchronized List<Integer> makeSomeFolders(Fd workspace, List<String> names) {
    FilePlan folders = Altered.by(alteration, FilePlan.folders(awaiting, names));
    Program program = order(folders.awaiting(), workspace);
    expect(FilePlan.DONE);
    return folders.results().stream()
        .map(slot -> errno(arena.read(program.addressOf(slot))))
        .toList();
  }

  /** Makes a batch of files in a workspace that no job has seen yet. */
  List<OpenedFile> createFiles(Fd workspace, List<FilePlan.NewFile> batch) {
    return openSome(workspace, () -> FilePlan.create(awaiting, batch));
  }

  /** Opens a batch of files of a workspace whose job is dead. */
  List<OpenedFile> openFiles(Fd workspace, List<String> batch) {
    return openSome(workspace, () -> FilePlan.open(awaiting, batch));
  }

  /** So many names or files as one order can have, and so few that they may all be open. */
  static <T> List<List<T>> batches(List<T> all) {
    List<List<T>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
    return batches;
  }

  private synchronized List<OpenedFile> openSome(Fd workspace, Supplier<FilePlan> plan) {
    FilePlan files = Altered.by(alteration, plan.get());
    Program program = order(files.awaiting(), workspace);
    Map<Long, Fd> fds = new HashMap<>();
    try {
      MessageSocket.Message message;
      while ((message = receive()).word() != FilePlan.DONE) {
        fds.put(message.word(), message.fds().get(0));
      }
    } catch (RuntimeException e) {
      fds.values().forEach(Fd::close);
      throw e;
    }
    List<OpenedFile> opened = new ArrayList<>();
    for (int i = 0; i < files.results().size(); i++) {
      long stat = program.addressOf(files.stats().get(i));
      opened.add(
          new OpenedFile(
              fds.get((long) i),
              errno(arena.read(program.addressOf(files.results().get(i)))),
              (int) arena.read(stat + STAT_MODE),
              arena.read(stat + STAT_SIZE)));
    }
    return opened;
  }

  /** Of a result of which 32 bits count. */
  private static int errno(long result) {
    return Math.max(0, -(int) result);
  }

  /** Places an order, sends it, and remembers where the zygote waits next. */
  private Program order(Awaiting next, Fd... fds) {
    if (closed || failed) {
      throw new EndedFromOutsideException("zygote " + child.pid(), null);
    }
    long place = Layout.FIRST_ORDER + (orders % 2) * Layout.ORDER_SIZE;
    Program program = PlanEncoder.encode(next.plan(), place, awaiting.outer(current::addressOf));
    if (program.end() > place + Layout.ORDER_SIZE) {
      throw new SandboxException("an order of " + program.bytes().length + " bytes is too long");
    }
    arena.write(program);
    alteration.placed(arena, program);
    if (identity instanceof Identity.Subordinate) {
      awaitUp(); // the first message that it gets says that its ids are mapped
    }
    try {
      control.send(program.start(), fds);
    } catch (SystemCallException e) {
      failed = true;
      if (!e.is(Errno.EPIPE)) {
        throw e;
      }
      // Not the previous one: the order that could not be sent lies in its place.
      throw isUp ? goneBefore("zygote " + child.pid(), current) : death();
    }
    orders++;
    awaiting = next;
    previous = current;
    current = program;
    return program;
  }

  private void expect(long word) {
    long answer = receive().word();
    if (answer != word) {
      failed = true;
      throw new SandboxException("the zygote answered " + answer + " instead of " + word);
    }
  }

  private MessageSocket.Message receive() {
    Optional<MessageSocket.Message> message;
    try {
      message = control.receive(PATIENCE_NANOS);
    } catch (SystemCallException e) {
      failed = true;
      throw e;
    }
    if (message.isEmpty()) {
      failed = true;
      throw death();
    }
    return message.get();
  }

  /**
   * Why the zygote is gone. When what failed is its wait after the order before, this order was
   * never begun and may be given to another zygote.
   */
  private SandboxException death() {
    String who = "zygote " + child.pid();
    if (!isUp) {
      return death(who, previous); // its own plan: it has not come to any order
    }
    SandboxException reason = death(who, current);
    return reason instanceof StepFailure ? reason : goneBefore(who, previous);
  }

  private EndedFromOutsideException goneBefore(String who, Program earlier) {
    return new EndedFromOutsideException(
        who, death(who, earlier) instanceof StepFailure failure ? failure : null);
  }

  /** Why an init is gone, whose first two steps are part of the order that made it. */
  SandboxException deathOfNewborn(String who, Program program) {
    synchronized (this) {
      return death(who, current, program);
    }
  }

  /** Why the process that performed some programs, one after the other, is gone. */
  SandboxException death(String who, Program... programs) {
    return death(arena, who, programs);
  }

  static SandboxException death(Arena arena, String who, Program... programs) {
    for (Program program : programs) {
      for (Map.Entry<Plan, Long> mailbox : program.mailboxes().entrySet()) {
        long failure = arena.read(mailbox.getValue());
        if (failure != Program.NO_FAILURE) {
          return new StepFailure(mailbox.getKey(), failure);
        }
      }
    }
    return new EndedFromOutsideException(who, null);
  }

  /** Whether it can take orders; false soon after the process was killed. */
  synchronized boolean isAlive() {
    return !closed && !failed && !child.hasEnded();
  }

  /** Ends the process. Inits that it made live on, and so does the memory shared with them. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    control.close();
    child.close();
    arena.close();
  }
}
