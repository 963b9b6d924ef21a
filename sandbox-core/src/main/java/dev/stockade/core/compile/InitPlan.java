package dev.stockade.core.compile;

import static dev.stockade.core.compile.Kernel.NULL;
import static dev.stockade.core.compile.Kernel.text;
import static dev.stockade.core.linux.Constants.CLONE_FILES;
import static dev.stockade.core.linux.Constants.CLONE_NEWCGROUP;
import static dev.stockade.core.linux.Constants.CLONE_VFORK;
import static dev.stockade.core.linux.Constants.MOUNT_ATTRS;
import static dev.stockade.core.linux.Constants.MOUNT_ATTR_NODEV;
import static dev.stockade.core.linux.Constants.MOUNT_ATTR_NOEXEC;
import static dev.stockade.core.linux.Constants.MOUNT_ATTR_NOSUID;
import static dev.stockade.core.linux.Constants.MS_NODEV;
import static dev.stockade.core.linux.Constants.MS_NOEXEC;
import static dev.stockade.core.linux.Constants.MS_NOSUID;

import dev.stockade.core.executor.Layout;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job's init, PID 1 of a fresh PID namespace: ahead of the request identity, mounts, network,
 * then no privilege at all, and the payload; when the program has ended, the end of all that is
 * left.
 */
public final class InitPlan {
  /** Descriptor of the job socket in an init. */
  public static final int JOB_FD = 5;

  /** The word that an init sends when it exists. */
  public static final long BORN = 4;

  /** The word that a payload sends, with the workspace, when only the request is missing. */
  public static final long READY = 5;

  /** The word that an init sends, with the filter's listener, when the program has started. */
  public static final long STARTED = 6;

  /** The word that an init sends when the program and every other process of the job are gone. */
  public static final long GONE = 7;

  /** The word that an init sends with the server's side of its terminal. */
  public static final long TERMINAL = 8;

  private static final int RUSAGE_SIZE = 144;

  /** Offset of {@code ru_nivcsw} in {@code struct rusage}, its last word. */
  private static final int INVOLUNTARY_SWITCHES = 136;

  private static final int SIGCHLD = 17;

  private final Policy policy;
  private final HostFacts host;
  private final Identity identity;
  private final CgroupEntry cgroup;
  private final BpfProgram filter;
  private final boolean pinned;
  private final boolean terminal;
  private final MemoryRange memory;
  private final Plan.Builder plan = Plan.builder("init");
  private final Kernel.Message workspaceMessage = Kernel.sendBuffer(READY);

  /**
   * The part of the shared memory that belongs to one job.
   *
   * @param start first address
   * @param end first address behind it
   */
  public record MemoryRange(long start, long end) {}

  private InitPlan(
      Policy policy,
      HostFacts host,
      Identity identity,
      CgroupEntry cgroup,
      BpfProgram filter,
      boolean pinned,
      boolean terminal,
      MemoryRange memory) {
    this.policy = policy;
    this.host = host;
    this.identity = identity;
    this.cgroup = cgroup;
    this.filter = filter;
    this.pinned = pinned;
    this.terminal = terminal;
    this.memory = memory;
  }

  /**
   * The plans of an init and its payload, which goes to any processor and has no terminal.
   *
   * @see #compile(Policy, HostFacts, Identity, CgroupEntry, BpfProgram, boolean, boolean,
   *     MemoryRange)
   */
  public static JobPlan compile(
      Policy policy,
      HostFacts host,
      Identity identity,
      CgroupEntry cgroup,
      BpfProgram filter,
      MemoryRange memory) {
    return compile(policy, host, identity, cgroup, filter, false, false, memory);
  }

  /**
   * The plans of an init and its payload.
   *
   * @param cgroup how it comes into its cgroup, which then becomes the root of its cgroup namespace
   * @param pinned whether the payload keeps to processors that the server names
   * @param terminal whether the payload's standard streams are a pseudo-terminal, of which the
   *     server gets the other side
   * @param memory what it keeps of the shared memory; the orders to the zygote and the other job's
   *     plans are no business of this job's
   */
  public static JobPlan compile(
      Policy policy,
      HostFacts host,
      Identity identity,
      CgroupEntry cgroup,
      BpfProgram filter,
      boolean pinned,
      boolean terminal,
      MemoryRange memory) {
    return new InitPlan(policy, host, identity, cgroup, filter, pinned, terminal, memory).compile();
  }

  private JobPlan compile() {
    session();
    namespaces();
    mounts();
    Slot peer = terminal ? terminal() : null;
    if (policy.network() == Policy.Network.LOOPBACK) {
      plan.phase(Phase.NETWORK);
      plan.call("close", Kernel.loopbackUp(plan));
    }
    privileges();
    return payload(peer);
  }

  /**
   * Makes the payload, follows it to its end, and ends what it leaves: kill(2) of −1 reaches every
   * process of this PID namespace but its init, also one that is being forked.
   */
  private JobPlan payload(@Nullable Slot peer) {
    Kernel.Message started = Kernel.sendBuffer(STARTED);
    Slot processors =
        pinned ? Datum.space(PayloadPlan.MASK_SIZE, "the run's processor").slot(0) : null;
    Plan payload =
        PayloadPlan.compile(
            policy, filter, workspaceMessage, started.descriptor(0), processors, peer);
    long flags = CLONE_VFORK | CLONE_FILES;
    Slot pid = Datum.space(8, "pid of the program").slot(0);
    Slot status = Datum.space(8, "wait status").slot(0);
    plan.phase(Phase.READY);
    // CLONE_VFORK: goes on when the program is executed or could not be. CLONE_FILES: until then
    // they share their descriptors, so the filter's listener is init's as well.
    plan.spawn(
        Kernel.cloneArgs(flags, SIGCHLD, NULL), Constants.CLONE_FLAGS.render(flags), payload, pid);
    plan.phase(Phase.REAP);
    plan.call(
        Step.Tolerance.any("without a filter there is no listener; the payload's mailbox says why"),
        "sendmsg",
        Word.of(JOB_FD, "job"),
        Word.addressOf(started.header()),
        Word.of(Constants.MSG_NOSIGNAL, "MSG_NOSIGNAL"));
    plan.call("close_range", Word.of(0), Word.of(JOB_FD - 1), Word.of(0));
    plan.call("close_range", Word.of(JOB_FD + 1), Kernel.EVERY_FD_ABOVE, Word.of(0));
    Datum usage = Datum.space(RUSAGE_SIZE, "rusage");
    plan.reap(pid, status, usage.slot(0));
    plan.call(
        Step.Tolerance.of("the program has left nobody", Errno.ESRCH),
        "kill",
        Word.of(-1),
        Word.of(Constants.SIGKILL, "SIGKILL"));
    plan.reapAll();
    Kernel.send(plan, JOB_FD, "job", GONE);
    plan.call("exit_group", Word.of(0));
    return new JobPlan(plan.build(), payload, status, usage.slot(INVOLUNTARY_SWITCHES), processors);
  }

  private void session() {
    plan.phase(Phase.SESSION);
    plan.call("close_range", Word.of(3), Word.of(4), Word.of(0));
    plan.call("close_range", Word.of(6), Kernel.EVERY_FD_ABOVE, Word.of(0));
    Kernel.name(plan, "stockade-init");
    Kernel.dieWithServer(plan);
    Kernel.send(plan, JOB_FD, "job", BORN);
    // The server moves this process into its cgroup now, or sends what it enters by.
    Kernel.Message message = Kernel.receiveBuffer(cgroup.files());
    Kernel.receive(plan, JOB_FD, "job", message);
    for (int i = 0; i < cgroup.files(); i++) {
      Word file = Word.load(message.descriptor(i), "cgroup " + (i + 1));
      plan.callForAtLeast(1, "write", file, text("0"), Word.of(1));
      plan.call("close", file);
    }
  }

  private void namespaces() {
    plan.phase(Phase.NAMESPACES);
    boolean subordinate = identity instanceof Identity.Subordinate;
    boolean isMappedAsOne = subordinate && policy.network() != Policy.Network.LINKED;
    Kernel.mapOneId(
        plan,
        policy.uid(),
        isMappedAsOne ? 1 : policy.uid(),
        policy.gid(),
        isMappedAsOne ? 1 : policy.gid());
    if (subordinate) {
      // To the ids that it has on the host already: so it still dies with the server, see prctl(2).
      plan.call("setresgid", Word.of(policy.gid()), Word.of(policy.gid()), Word.of(policy.gid()));
      plan.call("setresuid", Word.of(policy.uid()), Word.of(policy.uid()), Word.of(policy.uid()));
    }
    if (cgroup.present()) {
      plan.call("unshare", Kernel.cloneFlags(CLONE_NEWCGROUP));
    }
    Kernel.writeFile(plan, "/proc/sys/user/max_user_namespaces", "0");
  }

  private void mounts() {
    plan.phase(Phase.MOUNTS);
    Kernel.mount(
        plan,
        "proc",
        "/proc",
        "proc",
        MS_NOSUID | MS_NODEV | MS_NOEXEC,
        "hidepid=invisible,subset=pid");
    workspace();
    for (Policy.Tmpfs tmpfs : policy.tmpfs()) {
      Kernel.mount(
          plan,
          "tmpfs",
          tmpfs.path(),
          "tmpfs",
          MS_NOSUID | MS_NODEV | (tmpfs.exec() ? 0 : MS_NOEXEC),
          "size=" + tmpfs.size().bytes() + ",nr_inodes=" + tmpfs.inodes());
    }
  }

  /** move_mount(2), Linux 5.2: a mount that has a descriptor comes into the tree. */
  private void workspace() {
    Policy.Tmpfs workspace = policy.workspace();
    Slot mount = workspaceMessage.descriptor(0);
    mountInNoTree(
        "tmpfs",
        List.of(
            Map.entry("size", Long.toString(workspace.size().bytes())),
            Map.entry("nr_inodes", Long.toString(workspace.inodes())),
            Map.entry("mode", "0755")),
        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (workspace.exec() ? 0 : MOUNT_ATTR_NOEXEC),
        mount);
    plan.call(
        "move_mount",
        Word.load(mount, "the workspace"),
        text(""),
        Kernel.AT_CWD,
        text(workspace.path()),
        Word.of(Constants.MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"));
  }

  /**
   * fsopen(2), fsconfig(2), fsmount(2), Linux 5.2: a new file system that has a descriptor and no
   * path.
   *
   * @param mount where the descriptor goes
   */
  private void mountInNoTree(
      String type, List<Map.Entry<String, String>> options, long attributes, Slot mount) {
    Slot context = Datum.space(8, "file system context").slot(0);
    Word contextFd = Word.load(context, "fs");
    plan.call(context, "fsopen", text(type), Word.of(0));
    options.forEach(option -> option(contextFd, option.getKey(), option.getValue()));
    plan.call(
        "fsconfig",
        contextFd,
        Word.of(Constants.FSCONFIG_CMD_CREATE, "FSCONFIG_CMD_CREATE"),
        NULL,
        NULL,
        Word.of(0));
    plan.call(
        mount,
        "fsmount",
        contextFd,
        Word.of(0),
        Word.of(attributes, MOUNT_ATTRS.render(attributes)));
    plan.call("close", contextFd);
  }

  /**
   * A pseudo-terminal of a devpts that is in no tree: nobody can open another of it, nor this one
   * by a name. The server gets the one side, ioctl_tty(2), pts(4).
   *
   * @return where the descriptor of the other side stands
   */
  private Slot terminal() {
    plan.phase(Phase.MOUNTS);
    Slot mount = Datum.space(8, "descriptor of the devpts").slot(0);
    mountInNoTree("devpts", List.of(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, mount);
    Kernel.Message message = Kernel.sendBuffer(TERMINAL);
    Slot master = message.descriptor(0);
    Word masterFd = Word.load(master, "the terminal");
    plan.call(
        master,
        "openat",
        Word.load(mount, "devpts"),
        text("ptmx"),
        Kernel.openFlags(Constants.O_RDWR));
    plan.call(
        "ioctl",
        masterFd,
        Word.of(Constants.TIOCSPTLCK, "TIOCSPTLCK"),
        Word.addressOf(Datum.words("{unlocked}", Word.of(0))));
    Slot peer = Datum.space(8, "descriptor of the terminal's other side").slot(0);
    plan.call(
        peer,
        "ioctl",
        masterFd,
        Word.of(Constants.TIOCGPTPEER, "TIOCGPTPEER"),
        Kernel.openFlags(Constants.O_RDWR));
    plan.call("close", Word.load(mount, "devpts"));
    Kernel.send(plan, JOB_FD, "job", message);
    plan.call("close", masterFd);
    return peer;
  }

  private void option(Word context, String key, String value) {
    plan.call(
        "fsconfig",
        context,
        Word.of(Constants.FSCONFIG_SET_STRING, "FSCONFIG_SET_STRING"),
        text(key),
        text(value),
        Word.of(0));
  }

  private void privileges() {
    plan.phase(Phase.PRIVILEGES);
    // no_new_privs is the zygote's, and inherited.
    Kernel.dropAllCapabilities(plan, host.lastCapability());
    Kernel.dumpable(plan, false);
    unmap(Layout.ARENA_ADDRESS, memory.start());
    unmap(memory.end(), Layout.ARENA_ADDRESS + Layout.ARENA_SIZE);
  }

  private void unmap(long start, long end) {
    if (start == end) {
      return; // the last place ends where the shared memory does; munmap(2) refuses a length of 0
    }
    plan.call(
        "munmap",
        Word.of(start, "0x" + Long.toHexString(start)),
        Word.of(end - start, "0x" + Long.toHexString(end - start)));
  }
}
