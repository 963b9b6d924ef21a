package dev.stockade.core.linux;

/**
 * Kernel constants under their kernel names, x86-64 values; each group names its manual page.
 *
 * <p>All of these are the same on AArch64 but for the {@code O_*} flags.
 */
public final class Constants {
  private Constants() {}

  // clone(2), unshare(2)
  public static final long CLONE_VM = 0x100L;
  public static final long CLONE_FILES = 0x400L;
  public static final long CLONE_VFORK = 0x4000L;
  public static final long CLONE_PARENT = 0x8000L;
  public static final long CLONE_PARENT_SETTID = 0x100000L;
  public static final long CLONE_NEWNS = 0x20000L;
  public static final long CLONE_NEWCGROUP = 0x2000000L;
  public static final long CLONE_NEWUTS = 0x4000000L;
  public static final long CLONE_NEWIPC = 0x8000000L;
  public static final long CLONE_NEWUSER = 0x10000000L;
  public static final long CLONE_NEWPID = 0x20000000L;
  public static final long CLONE_NEWNET = 0x40000000L;

  public static final FlagSet CLONE_FLAGS =
      FlagSet.of(
          "CLONE_VM", CLONE_VM,
          "CLONE_FILES", CLONE_FILES,
          "CLONE_VFORK", CLONE_VFORK,
          "CLONE_PARENT", CLONE_PARENT,
          "CLONE_PARENT_SETTID", CLONE_PARENT_SETTID,
          "CLONE_NEWUSER", CLONE_NEWUSER,
          "CLONE_NEWNS", CLONE_NEWNS,
          "CLONE_NEWPID", CLONE_NEWPID,
          "CLONE_NEWNET", CLONE_NEWNET,
          "CLONE_NEWIPC", CLONE_NEWIPC,
          "CLONE_NEWUTS", CLONE_NEWUTS,
          "CLONE_NEWCGROUP", CLONE_NEWCGROUP);

  // mount(2), umount(2)
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_BIND = 0x1000;
  public static final long MS_REC = 0x4000;
  public static final long MS_PRIVATE = 0x40000;
  public static final long MS_NOATIME = 0x400;
  public static final long MNT_DETACH = 2;

  public static final FlagSet MOUNT_FLAGS =
      FlagSet.of(
          "MS_RDONLY", MS_RDONLY,
          "MS_NOSUID", MS_NOSUID,
          "MS_NODEV", MS_NODEV,
          "MS_NOEXEC", MS_NOEXEC,
          "MS_NOATIME", MS_NOATIME,
          "MS_BIND", MS_BIND,
          "MS_REC", MS_REC,
          "MS_PRIVATE", MS_PRIVATE);
  public static final FlagSet UMOUNT_FLAGS = FlagSet.of("MNT_DETACH", MNT_DETACH);

  // mount_setattr(2), fsmount(2)
  public static final long MOUNT_ATTR_RDONLY = 1;
  public static final long MOUNT_ATTR_NOSUID = 2;
  public static final long MOUNT_ATTR_NODEV = 4;
  public static final long MOUNT_ATTR_NOEXEC = 8;

  public static final FlagSet MOUNT_ATTRS =
      FlagSet.of(
          "MOUNT_ATTR_RDONLY", MOUNT_ATTR_RDONLY,
          "MOUNT_ATTR_NOSUID", MOUNT_ATTR_NOSUID,
          "MOUNT_ATTR_NODEV", MOUNT_ATTR_NODEV,
          "MOUNT_ATTR_NOEXEC", MOUNT_ATTR_NOEXEC);

  public static final long FSCONFIG_SET_STRING = 1;
  public static final long FSCONFIG_CMD_CREATE = 6;
  public static final long MOVE_MOUNT_F_EMPTY_PATH = 4;

  // openat(2), openat2(2)
  public static final long AT_FDCWD = -100;
  public static final long AT_EMPTY_PATH = 0x1000;
  public static final long AT_RECURSIVE = 0x8000;
  public static final long O_RDONLY = 0;
  public static final long O_WRONLY = 1;
  public static final long O_RDWR = 2;
  public static final long O_CREAT = 0x40;
  public static final long O_EXCL = 0x80;
  public static final long O_NOCTTY = 0x100;
  public static final long O_TRUNC = 0x200;
  public static final long O_NONBLOCK = 0x800;
  public static final long O_DIRECTORY = 0x10000;
  public static final long O_NOFOLLOW = 0x20000;
  public static final long O_CLOEXEC = 0x80000;
  public static final long O_PATH = 0x200000;

  public static final FlagSet OPEN_FLAGS =
      FlagSet.of(
          "O_WRONLY", O_WRONLY,
          "O_RDWR", O_RDWR,
          "O_CREAT", O_CREAT,
          "O_EXCL", O_EXCL,
          "O_NOCTTY", O_NOCTTY,
          "O_TRUNC", O_TRUNC,
          "O_NONBLOCK", O_NONBLOCK,
          "O_DIRECTORY", O_DIRECTORY,
          "O_NOFOLLOW", O_NOFOLLOW,
          "O_CLOEXEC", O_CLOEXEC,
          "O_PATH", O_PATH);

  public static final long RESOLVE_NO_XDEV = 1;
  public static final long RESOLVE_NO_MAGICLINKS = 2;
  public static final long RESOLVE_NO_SYMLINKS = 4;
  public static final long RESOLVE_BENEATH = 8;

  public static final FlagSet RESOLVE_FLAGS =
      FlagSet.of(
          "RESOLVE_NO_XDEV", RESOLVE_NO_XDEV,
          "RESOLVE_NO_MAGICLINKS", RESOLVE_NO_MAGICLINKS,
          "RESOLVE_NO_SYMLINKS", RESOLVE_NO_SYMLINKS,
          "RESOLVE_BENEATH", RESOLVE_BENEATH);

  // close_range(2)
  public static final long CLOSE_RANGE_CLOEXEC = 4;

  // prctl(2), capabilities(7)
  public static final long PR_SET_PDEATHSIG = 1;
  public static final long PR_SET_DUMPABLE = 4;
  public static final long PR_SET_NAME = 15;
  public static final long PR_CAPBSET_DROP = 24;
  public static final long PR_SET_SECUREBITS = 28;
  public static final long PR_SET_NO_NEW_PRIVS = 38;

  /** NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE, each with its lock, and KEEP_CAPS' lock. */
  public static final long SECUREBITS_LOCKED_DOWN = 0xEF;

  public static final long LINUX_CAPABILITY_VERSION_3 = 0x20080522L;

  // seccomp(2)
  public static final long SECCOMP_SET_MODE_FILTER = 1;
  public static final long SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;

  /** {@code _IOWR('!', 0, struct seccomp_notif)}. */
  public static final long SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100L;

  // socket(2), unix(7), netdevice(7)
  public static final long AF_UNIX = 1;
  public static final long AF_INET = 2;
  public static final long SOCK_DGRAM = 2;
  public static final long SOCK_SEQPACKET = 5;
  public static final long SOCK_CLOEXEC = 0x80000;
  public static final long SOL_SOCKET = 1;
  public static final int SO_PASSCRED = 16;
  public static final long SCM_RIGHTS = 1;
  public static final long SCM_CREDENTIALS = 2;
  public static final long MSG_CTRUNC = 8;
  public static final long MSG_NOSIGNAL = 0x4000;
  public static final long MSG_CMSG_CLOEXEC = 0x40000000L;
  public static final long SIOCSIFFLAGS = 0x8914;
  public static final long IFF_UP = 1;

  // wait(2), signal(7)
  public static final int WNOHANG = 1;
  public static final int WALL = 0x40000000;
  public static final int SIGKILL = 9;
  public static final int SIGSTOP = 19;
  public static final int SIGSYS = 31;

  // memfd_create(2), fcntl(2)
  public static final int MFD_CLOEXEC = 1;
  public static final int MFD_ALLOW_SEALING = 2;
  public static final int MFD_EXEC = 0x10; // Linux 6.3
  public static final int F_SETFL = 4;
  public static final int F_DUPFD_CLOEXEC = 1030;
  public static final int F_ADD_SEALS = 1033;

  /** F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE. */
  public static final int F_SEAL_ALL = 15;

  // mmap(2)
  public static final int PROT_READ = 1;
  public static final int PROT_WRITE = 2;
  public static final int MAP_SHARED = 1;
  public static final int MAP_PRIVATE = 2;
  public static final int MAP_FIXED_NOREPLACE = 0x100000;

  // ioctl(2), pipe(7)
  public static final long FIONREAD = 0x541B;

  // ioctl_tty(2)
  public static final long TIOCSCTTY = 0x540E;
  public static final long TIOCSWINSZ = 0x5414;
  public static final long TIOCSPTLCK = 0x40045431;
  public static final long TIOCGPTPEER = 0x5441; // Linux 4.13

  // lseek(2)
  public static final int SEEK_SET = 0;

  // poll(2)
  public static final int POLLIN = 1;
  public static final int POLLOUT = 4;
  public static final int POLLERR = 8;
  public static final int POLLHUP = 16;

  // getrlimit(2)
  public static final long RLIMIT_FSIZE = 1;
  public static final long RLIMIT_STACK = 3;
  public static final long RLIMIT_CORE = 4;
  public static final long RLIMIT_NOFILE = 7;
  public static final long RLIMIT_MEMLOCK = 8;
  public static final long RLIMIT_SIGPENDING = 11;
  public static final long RLIMIT_MSGQUEUE = 12;
  public static final long RLIMIT_NICE = 13;
  public static final long RLIMIT_RTPRIO = 14;
}
