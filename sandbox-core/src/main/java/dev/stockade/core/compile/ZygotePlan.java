package dev.stockade.core.compile;

import static dev.stockade.core.compile.Kernel.NULL;
import static dev.stockade.core.compile.Kernel.octal;
import static dev.stockade.core.compile.Kernel.text;
import static dev.stockade.core.linux.Constants.CLONE_NEWNET;
import static dev.stockade.core.linux.Constants.CLONE_NEWNS;
import static dev.stockade.core.linux.Constants.CLONE_NEWUSER;
import static dev.stockade.core.linux.Constants.CLONE_NEWUTS;
import static dev.stockade.core.linux.Constants.MOUNT_ATTR_NODEV;
import static dev.stockade.core.linux.Constants.MOUNT_ATTR_NOEXEC;
import static dev.stockade.core.linux.Constants.MOUNT_ATTR_NOSUID;
import static dev.stockade.core.linux.Constants.MOUNT_ATTR_RDONLY;
import static dev.stockade.core.linux.Constants.MS_BIND;
import static dev.stockade.core.linux.Constants.MS_NODEV;
import static dev.stockade.core.linux.Constants.MS_NOSUID;
import static dev.stockade.core.linux.Constants.MS_PRIVATE;
import static dev.stockade.core.linux.Constants.MS_REC;

import dev.stockade.core.executor.Layout;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings up a zygote: the process that sits in a slot's user, mount, network and UTS namespaces, in
 * a read-only root of its own, and makes a fresh init for each job.
 */
public final class ZygotePlan {
  /** The word that a zygote sends when it is up. */
  public static final long UP = 1;

  /** The word that asks the server to write the id maps of a zygote with subordinate ids. */
  public static final long MAP_ME = 2;

  /** Names of the devices in {@code /dev}. */
  public static final List<String> DEVICES = List.of("null", "zero", "full", "random", "urandom");

  private static final String OLD_ROOT = "/.host";

  /** A folder that every host has: the place where the new root is first mounted. */
  private static final String STAGING = "/tmp";

  private final Policy policy;
  private final HostFacts host;
  private final Identity identity;
  private final Plan.Builder plan = Plan.builder("zygote");
  private final Set<String> made = new LinkedHashSet<>();

  private ZygotePlan(Policy policy, HostFacts host, Identity identity) {
    this.policy = policy;
    this.host = host;
    this.identity = identity;
  }

  /** The plan, and the buffer in which it awaits its first order. */
  public static Awaiting compile(Policy policy, HostFacts host, Identity identity) {
    return new ZygotePlan(policy, host, identity).compile();
  }

  private Awaiting compile() {
    session();
    if (isLinked()) {
      join();
    }
    identity();
    namespaces();
    mounts();
    privileges();
    plan.phase(Phase.SERVE);
    Kernel.send(plan, Layout.CONTROL_FD, "control", UP);
    return Awaiting.on(plan, Layout.CONTROL_FD, "control");
  }

  private void session() {
    plan.phase(Phase.SESSION);
    Slot devNull = Datum.space(8, "descriptor of /dev/null").slot(0);
    Word nullFd = Word.load(devNull, "fd of \"/dev/null\"");
    plan.call("close_range", Word.of(5), Kernel.EVERY_FD_ABOVE, Word.of(0));
    plan.call("close_range", Word.of(0), Word.of(2), Word.of(0));
    Kernel.name(plan, "stockade-zygote");
    plan.call("setsid");
    plan.call(
        "rt_sigprocmask",
        Word.of(2, "SIG_SETMASK"),
        Word.addressOf(Datum.words("{}", Word.of(0))),
        NULL,
        Word.of(8));
    defaultSignals();
    plan.call("umask", octal(0));
    plan.call(
        devNull, "openat", Kernel.AT_CWD, text("/dev/null"), Kernel.openFlags(Constants.O_RDWR));
    // It is 0, the lowest that is free.
    plan.call("dup2", nullFd, Word.of(1));
    plan.call("dup2", nullFd, Word.of(2));
  }

  /**
   * rt_sigaction(2) to SIG_DFL for every signal: posix_spawn(3) leaves the C library's internal
   * ones ignored, nohup(1) SIGHUP, and execve(2) keeps that.
   */
  private void defaultSignals() {
    Word action = Word.addressOf(Datum.space(32, "{SIG_DFL}"));
    for (int signal = 1; signal <= 64; signal++) {
      if (signal != Constants.SIGKILL && signal != Constants.SIGSTOP) {
        plan.call("rt_sigaction", Word.of(signal), action, NULL, Word.of(8));
      }
    }
  }

  /**
   * setns(2) into the namespaces of a linked job, whose descriptors the server has opened: first
   * the user namespace, over which the server's own id has every capability, see
   * user_namespaces(7).
   */
  private void join() {
    plan.phase(Phase.LINK);
    Kernel.Message link = Kernel.receiveBuffer(2);
    Kernel.receive(plan, Layout.CONTROL_FD, "control", link);
    joinOne(Word.load(link.descriptor(0), "the link's user namespace"));
    joinOne(Word.load(link.descriptor(1), "the link's network namespace"));
  }

  private void joinOne(Word namespace) {
    plan.call("setns", namespace, Word.of(0));
    plan.call("close", namespace);
  }

  private void identity() {
    plan.phase(Phase.IDENTITY);
    if (identity instanceof Identity.Dropped dropped) {
      plan.call("setgroups", Word.of(0), NULL);
      plan.call(
          "setresgid", Word.of(dropped.gid()), Word.of(dropped.gid()), Word.of(dropped.gid()));
      plan.call(
          "setresuid", Word.of(dropped.uid()), Word.of(dropped.uid()), Word.of(dropped.uid()));
      // A change of ids makes a process undumpable, and its /proc files root's; see prctl(2).
      Kernel.dumpable(plan, true);
    } else if (isLinked() && identity instanceof Identity.Subordinate ids) {
      plan.call("setgroups", Word.of(0), NULL);
      // The saved id stays the server's: cgroup v1 lets it move only processes of its own id.
      plan.call("setresgid", Word.of(ids.subGid()), Word.of(ids.subGid()), Word.of(ids.ownGid()));
      plan.call("setresuid", Word.of(ids.subUid()), Word.of(ids.subUid()), Word.of(ids.ownUid()));
      Kernel.dumpable(plan, true);
    }
    Kernel.dieWithServer(plan);
  }

  private boolean isLinked() {
    return policy.network() == Policy.Network.LINKED;
  }

  private void namespaces() {
    plan.phase(Phase.NAMESPACES);
    long own = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS;
    plan.call("unshare", Kernel.cloneFlags(isLinked() ? own : own | CLONE_NEWNET));
    // Not to 0: a namespace below may map its parent's 0 only if the parent has CAP_SETFCAP, which
    // the zygote gives up; see user_namespaces(7), Linux 5.12.
    if (identity instanceof Identity.Own ids) {
      Kernel.mapOneId(plan, policy.uid(), ids.uid(), policy.gid(), ids.gid());
    } else if (identity instanceof Identity.Dropped dropped) {
      Kernel.mapOneId(plan, policy.uid(), dropped.uid(), policy.gid(), dropped.gid());
    } else if (isLinked()) {
      Identity.Subordinate ids = (Identity.Subordinate) identity;
      Kernel.mapOneId(plan, policy.uid(), ids.subUid(), policy.gid(), ids.subGid());
    } else {
      Kernel.send(plan, Layout.CONTROL_FD, "control", MAP_ME);
      Kernel.receive(plan, Layout.CONTROL_FD, "control", Kernel.receiveBuffer(0));
      plan.call("setgroups", Word.of(0), NULL);
    }
    byte[] hostname = policy.hostname().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    plan.call("sethostname", text(policy.hostname()), Word.of(hostname.length));
  }

  private void mounts() {
    plan.phase(Phase.MOUNTS);
    Kernel.mount(plan, "", "/", "", MS_REC | MS_PRIVATE, "");
    Kernel.mount(
        plan, "tmpfs", STAGING, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m,nr_inodes=1024");
    plan.call("chdir", text(STAGING));
    plan.call("mkdirat", Kernel.AT_CWD, text(OLD_ROOT.substring(1)), octal(0700));
    // The working folder is the new root already, and stays it: pivot_root(2).
    plan.call("pivot_root", text("."), text(OLD_ROOT.substring(1)));
    policy.binds().forEach(this::bind);
    devices();
    etc();
    proc();
    folder(policy.workspace().path());
    policy.tmpfs().forEach(tmpfs -> folder(tmpfs.path()));
    plan.call("umount2", text(OLD_ROOT), Word.of(Constants.MNT_DETACH, "MNT_DETACH"));
    plan.call("unlinkat", Kernel.AT_CWD, text(OLD_ROOT), Word.of(0x200, "AT_REMOVEDIR"));
    Kernel.addMountAttributes(plan, "/", MOUNT_ATTR_RDONLY, false);
  }

  private void bind(Policy.Bind bind) {
    HostFacts.HostPath there =
        host.paths().getOrDefault(bind.source(), new HostFacts.HostPath.Missing());
    String target = bind.target();
    if (there instanceof HostFacts.HostPath.Missing) {
      if (bind.optional()) {
        return;
      }
      throw new HostUnsupportedException(
          "bind of " + bind.source(),
          "this host has no " + bind.source(),
          "install it, or give the bind \"optional: true\" in policy " + policy.name());
    }
    parents(target);
    if (there instanceof HostFacts.HostPath.Symlink link) {
      plan.call(
          Step.Tolerance.of("an earlier bind shows the folder with the link in it", Errno.EEXIST),
          "symlinkat",
          text(link.target()),
          Kernel.AT_CWD,
          text(target));
      return;
    }
    boolean isFolder = there instanceof HostFacts.HostPath.Folder;
    if (isFolder) {
      folder(target);
    } else {
      Kernel.touch(plan, target);
    }
    Kernel.mount(plan, OLD_ROOT + bind.source(), target, "", MS_BIND | MS_REC, "");
    Kernel.addMountAttributes(
        plan, target, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, isFolder);
  }

  private void devices() {
    folder("/dev");
    for (String device : DEVICES) {
      Kernel.touch(plan, "/dev/" + device);
      Kernel.mount(plan, OLD_ROOT + "/dev/" + device, "/dev/" + device, "", MS_BIND, "");
      Kernel.addMountAttributes(
          plan, "/dev/" + device, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, false);
    }
    symlink("/proc/self/fd", "/dev/fd");
    symlink("fd/0", "/dev/stdin");
    symlink("fd/1", "/dev/stdout");
    symlink("fd/2", "/dev/stderr");
  }

  private void etc() {
    folder("/etc");
    Kernel.writeNewFile(
        plan,
        "/etc/passwd",
        0444,
        "stockade:x:"
            + policy.uid()
            + ":"
            + policy.gid()
            + ":stockade:"
            + policy.workspace().path()
            + ":/bin/sh\n");
    Kernel.writeNewFile(plan, "/etc/group", 0444, "stockade:x:" + policy.gid() + ":\n");
    Kernel.writeNewFile(
        plan, "/etc/hosts", 0444, "127.0.0.1 localhost " + policy.hostname() + "\n::1 localhost\n");
    Kernel.writeNewFile(
        plan, "/etc/nsswitch.conf", 0444, "passwd: files\ngroup: files\nhosts: files\n");
  }

  /**
   * The host's /proc, for the id maps of inits and because the kernel mounts a fresh /proc in a
   * user namespace only where a whole one is visible already; each job's own covers it.
   */
  private void proc() {
    folder("/proc");
    Kernel.mount(plan, OLD_ROOT + "/proc", "/proc", "", MS_BIND | MS_REC, "");
  }

  private void privileges() {
    plan.phase(Phase.PRIVILEGES);
    boolean hasMappedPair = identity instanceof Identity.Subordinate && !isLinked();
    if (hasMappedPair) {
      // The saved id stays the server's: cgroup v1 lets it move only processes of its own id.
      plan.call("setresgid", Word.of(1), Word.of(1), Word.of(0));
      plan.call("setresuid", Word.of(1), Word.of(1), Word.of(0));
      Kernel.dieWithServer(plan);
    }
    Kernel.noNewPrivileges(plan);
    plan.call(
        "capset",
        Word.addressOf(
            Datum.words("{version 3, self}", Word.of(Constants.LINUX_CAPABILITY_VERSION_3))),
        Word.addressOf(Datum.words("{no capabilities}", Word.of(0), Word.of(0), Word.of(0))));
    if (hasMappedPair) {
      // The change of ids above has made it undumpable, and its /proc files root's; but its own id
      // maps must stay writable for the inits that it clones; see prctl(2), proc(5).
      Kernel.dumpable(plan, true);
    }
  }

  private void symlink(String target, String path) {
    plan.call("symlinkat", text(target), Kernel.AT_CWD, text(path));
  }

  private void parents(String path) {
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      folder(path.substring(0, slash));
    }
  }

  private void folder(String path) {
    parents(path);
    if (made.add(path)) {
      plan.call(
          Step.Tolerance.of("a bind shows it already", Errno.EEXIST),
          "mkdirat",
          Kernel.AT_CWD,
          text(path),
          octal(0755));
    }
  }
}
