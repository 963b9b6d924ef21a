package dev.stockade.core.linux;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jnr.ffi.LastError;
import jnr.ffi.Pointer;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The system calls that the server itself makes: the kernel's names, an exception for a failure, a
 * retry for EINTR.
 */
public final class Sys {
  private static final LibC C = LibC.INSTANCE;
  private static final POSIX LIBC_POSIX = POSIXFactory.getNativePOSIX();

  /** Held exclusively while a process is spawned. */
  private static final ReadWriteLock SPAWNING = new ReentrantReadWriteLock();

  private static final int PIDFD_SEND_SIGNAL = SyscallTable.X86_64.number("pidfd_send_signal");
  private static final int PIDFD_OPEN = SyscallTable.X86_64.number("pidfd_open");

  /** At one time; the kernel takes a little less than 2 GiB. */
  private static final long SENDFILE_BYTES = 1L << 30;

  private Sys() {}

  /** open(2) of a file that exists, to write to it. */
  public static Fd openForWriting(String path) {
    int flags = (int) (Constants.O_WRONLY | Constants.O_CLOEXEC);
    return fd("open(\"" + path + "\", O_WRONLY)", C.open(path, flags));
  }

  /** open(2) of a file that exists, to read from its beginning. */
  public static Fd openForReading(String path) {
    return fd("open(\"" + path + "\", O_RDONLY)", C.open(path, (int) Constants.O_CLOEXEC));
  }

  /** open(2) of a file that exists, to read and write it. */
  public static Fd openForBoth(String path) {
    int flags = (int) (Constants.O_RDWR | Constants.O_CLOEXEC);
    return fd("open(\"" + path + "\", O_RDWR)", C.open(path, flags));
  }

  /** mkdir(2). */
  public static void mkdir(String path, int mode) {
    check("mkdir(\"" + path + "\")", C.mkdir(path, mode));
  }

  /** rmdir(2). */
  public static void rmdir(String path) {
    check("rmdir(\"" + path + "\")", C.rmdir(path));
  }

  /** ftruncate(2). */
  public static void truncate(Fd fd, long length) {
    check("ftruncate(" + fd + ", " + length + ")", C.ftruncate(fd.number(), length));
  }

  /** mmap(2) of a whole file, shared, readable and writable. */
  static Pointer mapShared(Fd fd, long length) {
    Pointer address =
        C.mmap(
            Pointer.wrap(LibC.RUNTIME, 0L),
            length,
            Constants.PROT_READ | Constants.PROT_WRITE,
            Constants.MAP_SHARED,
            fd.number(),
            0);
    if (address == null || address.address() == -1) {
      throw failure("mmap(" + fd + ", " + length + ")");
    }
    return Pointer.wrap(LibC.RUNTIME, address.address(), length);
  }

  /** munmap(2). */
  static void unmap(Pointer address, long length) {
    check("munmap", C.munmap(address, length));
  }

  /** socketpair(2): AF_UNIX, SOCK_SEQPACKET, close-on-exec. */
  public static Fd[] socketPair() {
    int[] fds = new int[2];
    check(
        "socketpair(AF_UNIX, SOCK_SEQPACKET)",
        C.socketpair(
            (int) Constants.AF_UNIX,
            (int) (Constants.SOCK_SEQPACKET | Constants.SOCK_CLOEXEC),
            0,
            fds));
    return new Fd[] {new Fd(fds[0]), new Fd(fds[1])};
  }

  /** setsockopt(2) SO_PASSCRED: who receives here learns who has sent, see unix(7). */
  static void tellSenders(Fd socket) {
    try (NativeBuffer on = NativeBuffer.allocate(Integer.BYTES)) {
      on.pointer().putInt(0, 1);
      check(
          "setsockopt(" + socket + ", SO_PASSCRED)",
          C.setsockopt(
              socket.number(),
              (int) Constants.SOL_SOCKET,
              Constants.SO_PASSCRED,
              on.pointer(),
              Integer.BYTES));
    }
  }

  /**
   * pipe2(2), close-on-exec: the reading end, then the writing end. Reading does not block: who has
   * the writing end may be able to open the pipe anew in /proc/self/fd, and read from it what
   * poll(2) has just announced here.
   */
  public static Fd[] pipe() {
    int[] fds = new int[2];
    check("pipe2(O_CLOEXEC)", C.pipe2(fds, (int) Constants.O_CLOEXEC));
    Fd[] ends = {new Fd(fds[0]), new Fd(fds[1])};
    check(
        "fcntl(" + ends[0] + ", F_SETFL, O_NONBLOCK)",
        C.fcntl(fds[0], Constants.F_SETFL, (int) Constants.O_NONBLOCK));
    return ends;
  }

  /**
   * pipe2(2), close-on-exec, for what a program is to read: its end, which blocks, then the writing
   * end, which does not. Each has a file description of its own, so that what the program does to
   * its end ({@code O_NONBLOCK}) is not seen at ours.
   */
  public static Fd[] pipeToProgram() {
    int[] fds = new int[2];
    check("pipe2(O_CLOEXEC)", C.pipe2(fds, (int) Constants.O_CLOEXEC));
    Fd[] ends = {new Fd(fds[0]), new Fd(fds[1])};
    check(
        "fcntl(" + ends[1] + ", F_SETFL, O_NONBLOCK)",
        C.fcntl(fds[1], Constants.F_SETFL, (int) Constants.O_NONBLOCK));
    return ends;
  }

  /** fcntl(2) F_SETFL O_NONBLOCK: for all who have the file description. */
  public static void doNotBlock(Fd fd) {
    check(
        "fcntl(" + fd + ", F_SETFL, O_NONBLOCK)",
        C.fcntl(fd.number(), Constants.F_SETFL, (int) Constants.O_NONBLOCK));
  }

  /**
   * ioctl(2) TIOCSWINSZ: the size of a terminal, told to its foreground processes by SIGWINCH.
   *
   * <p>{@code struct winsize { unsigned short row, col, xpixel, ypixel; }}, ioctl_tty(2).
   */
  public static void resize(Fd terminal, int rows, int columns) {
    try (NativeBuffer size = NativeBuffer.allocate(8)) {
      size.pointer().putShort(0, (short) rows);
      size.pointer().putShort(2, (short) columns);
      check(
          "ioctl(" + terminal + ", TIOCSWINSZ)",
          C.ioctl(terminal.number(), Constants.TIOCSWINSZ, size.pointer()));
    }
  }

  /** ioctl(2) FIONREAD: bytes in a pipe that nobody has read, asked at either end. */
  public static int unread(Fd pipe) {
    try (NativeBuffer count = NativeBuffer.allocate(Integer.BYTES)) {
      check(
          "ioctl(" + pipe + ", FIONREAD)",
          C.ioctl(pipe.number(), Constants.FIONREAD, count.pointer()));
      return count.pointer().getInt(0);
    }
  }

  /** fchmod(2). */
  public static void chmod(Fd fd, int mode) {
    check("fchmod(" + fd + ", 0" + Integer.toOctalString(mode) + ")", C.fchmod(fd.number(), mode));
  }

  /**
   * fcntl(2) F_DUPFD_CLOEXEC: another descriptor for the same file, numbered {@code least} or more.
   */
  public static Fd duplicate(Fd fd, int least) {
    return fd(
        "fcntl(" + fd + ", F_DUPFD_CLOEXEC)",
        C.fcntl(fd.number(), Constants.F_DUPFD_CLOEXEC, least));
  }

  /** Takes ownership of a descriptor that a message brought. */
  static Fd own(int number) {
    return new Fd(number);
  }

  /**
   * write(2) until everything is written; to a pipe or socket without a reader it throws EPIPE.
   *
   * @throws SystemCallException for example ENOSPC
   */
  public static void writeFully(Fd fd, byte[] bytes) {
    writeFully(fd, bytes, (buffer, length, done) -> C.write(fd.number(), buffer, length));
  }

  /**
   * write(2), or sendfile(2) of a file, until everything is written.
   *
   * @throws SystemCallException for example ENOSPC
   */
  public static void writeFully(Fd fd, Source source) {
    if (source instanceof Source.OfFile file) {
      copyFrom(file, fd);
    } else {
      writeFully(fd, ((Source.OfBytes) source).bytes());
    }
  }

  /**
   * sendfile(2) of a whole file. It copies within the kernel, whatever file systems the two are on;
   * copy_file_range(2) gives EXDEV between a disk and a tmpfs.
   */
  static void copyFrom(Source.OfFile file, Fd to) {
    try (Fd from = openForReading(file.path())) {
      while (true) {
        long count = C.sendfile(to.number(), from.number(), null, SENDFILE_BYTES);
        if (count == 0) {
          return;
        }
        if (count < 0 && lastErrno() != Errno.EINTR.number()) {
          throw failure("sendfile(" + to + ", \"" + file.path() + "\")");
        }
      }
    }
  }

  /** A call that writes some of what is left, or −1. */
  interface Write {
    long write(Pointer buffer, long length, long done);
  }

  static void writeFully(Fd fd, byte[] bytes, Write write) {
    if (bytes.length == 0) {
      return;
    }
    int chunk = Math.min(bytes.length, 1 << 20);
    try (NativeBuffer buffer = NativeBuffer.allocate(chunk)) {
      int done = 0;
      while (done < bytes.length) {
        int length = Math.min(chunk, bytes.length - done);
        buffer.put(bytes, done, length);
        long written = write.write(buffer.pointer(), length, done);
        if (written >= 0) {
          done += (int) written;
        } else if (lastErrno() != Errno.EINTR.number()) {
          throw failure("write(" + fd + ")");
        }
      }
    }
  }

  /**
   * read(2) of at most {@code length} bytes to the beginning of a buffer; 0 at the file's end, −1
   * when a descriptor that does not block has nothing now.
   */
  public static int read(Fd fd, NativeBuffer buffer, int length) {
    if (length > buffer.length()) {
      throw new IllegalArgumentException(length + " bytes into a buffer of " + buffer.length());
    }
    while (true) {
      long count = C.read(fd.number(), buffer.pointer(), length);
      if (count >= 0) {
        return (int) count;
      }
      if (lastErrno() == Errno.EAGAIN.number()) {
        return -1;
      }
      if (lastErrno() != Errno.EINTR.number()) {
        throw failure("read(" + fd + ")");
      }
    }
  }

  /**
   * write(2) of the first {@code length} bytes of a buffer, or some of them: how many, −1 when a
   * descriptor that does not block takes nothing now.
   *
   * @throws SystemCallException EPIPE when nobody can read it any more
   */
  public static int write(Fd fd, NativeBuffer buffer, int length) {
    while (true) {
      long count = C.write(fd.number(), buffer.pointer(), length);
      if (count >= 0) {
        return (int) count;
      }
      if (lastErrno() == Errno.EAGAIN.number()) {
        return -1;
      }
      if (lastErrno() != Errno.EINTR.number()) {
        throw failure("write(" + fd + ")");
      }
    }
  }

  /**
   * ppoll(2).
   *
   * @param set in and out: the descriptors and what happened to them
   * @param timeoutNanos the longest wait; negative waits for ever
   * @return how many descriptors have something; 0 after the timeout or an interruption
   */
  public static int poll(PollSet set, long timeoutNanos) {
    int ready = C.ppoll(set.memory(), set.size(), set.timeout(timeoutNanos), null);
    if (ready < 0) {
      if (lastErrno() == Errno.EINTR.number()) {
        return 0;
      }
      throw failure("ppoll");
    }
    return ready;
  }

  /** pidfd_open(2), Linux 5.3. */
  public static Fd pidfd(int pid) {
    return fd("pidfd_open(" + pid + ")", (int) C.syscall(PIDFD_OPEN, pid, 0, 0, 0));
  }

  /** pidfd_send_signal(2), Linux 5.1; false when the process is gone already. */
  public static boolean signal(Fd pidfd, int signal) {
    if (C.syscall(PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0) == 0) {
      return true;
    }
    if (lastErrno() == Errno.ESRCH.number()) {
      return false;
    }
    throw failure("pidfd_send_signal(" + pidfd + ", " + signal + ")");
  }

  /** kill(2) of one child that has not been waited for. */
  public static void kill(int pid, int signal) {
    if (call("kill", pid, signal, 0, 0) < 0) {
      throw failure("kill(" + pid + ", " + signal + ")");
    }
  }

  /** Whether a child has ended, waited for or not: its pidfd is readable then, pidfd_open(2). */
  public static boolean hasEnded(Fd pidfd) {
    try (PollSet set = new PollSet(1)) {
      set.watch(0, pidfd, Constants.POLLIN);
      while (true) {
        int ready = C.ppoll(set.memory(), set.size(), set.timeout(0), null);
        if (ready >= 0) {
          return ready > 0;
        }
        if (lastErrno() != Errno.EINTR.number()) {
          throw failure("ppoll(" + pidfd + ")");
        }
      }
    }
  }

  /** wait4(2) with __WALL for one child: its wait status. */
  public static int waitFor(int pid) {
    int[] status = new int[1];
    while (C.wait4(pid, status, Constants.WALL, null) < 0) {
      if (lastErrno() != Errno.EINTR.number()) {
        throw failure("wait4(" + pid + ")");
      }
    }
    return status[0];
  }

  /**
   * ioctl(2) SECCOMP_IOCTL_NOTIF_RECV on a filter's listener: number of the call that is held, see
   * seccomp_unotify(2), Linux 5.0.
   *
   * <p>{@code struct seccomp_notif { __u64 id; __u32 pid, flags; struct seccomp_data { int nr; …
   * }}}, 80 bytes.
   *
   * @return the call's number, or −1 when its process is gone
   */
  public static int heldSyscall(Fd listener) {
    try (NativeBuffer notification = NativeBuffer.allocate(80)) {
      Pointer memory = notification.pointer();
      if (C.ioctl(listener.number(), Constants.SECCOMP_IOCTL_NOTIF_RECV, memory) < 0) {
        return -1;
      }
      return memory.getInt(16);
    }
  }

  /** pread(2): so many bytes are in the buffer now; 0 at the end of the file. */
  public static int readAt(Fd fd, NativeBuffer buffer, long offset) {
    while (true) {
      long count = C.pread(fd.number(), buffer.pointer(), buffer.length(), offset);
      if (count >= 0) {
        return (int) count;
      }
      if (lastErrno() != Errno.EINTR.number()) {
        throw failure("pread(" + fd + ")");
      }
    }
  }

  /**
   * getrusage(2).
   *
   * @param who 0 for this process, −1 for its descendants that have been waited for
   * @param usage gets {@code struct rusage}, 144 bytes
   */
  public static void usage(int who, NativeBuffer usage) {
    if (call("getrusage", who, usage.pointer().address(), 0, 0) < 0) {
      throw failure("getrusage(" + who + ")");
    }
  }

  /** syscall(2): the result, or −errno. */
  public static long call(String name, long a, long b, long c, long d) {
    long result = C.syscall(SyscallTable.X86_64.number(name), a, b, c, d);
    return result == -1 ? -lastErrno() : result;
  }

  /** geteuid(2). */
  public static int euid() {
    return LIBC_POSIX.geteuid();
  }

  /** getegid(2). */
  public static int egid() {
    return LIBC_POSIX.getegid();
  }

  /** getpid(2). */
  public static int pid() {
    return LIBC_POSIX.getpid();
  }

  /**
   * posix_spawnp(3): the child gets the given descriptors under the given numbers, and those that
   * are not close-on-exec.
   *
   * @param descriptors number in the child → descriptor here
   */
  public static int spawn(
      String path, List<String> arguments, List<String> environment, Map<Integer, Fd> descriptors) {
    SPAWNING.writeLock().lock();
    try {
      return PosixSpawn.spawn(path, arguments, environment, descriptors);
    } finally {
      SPAWNING.writeLock().unlock();
    }
  }

  /**
   * Does something while no process is being spawned by {@link #spawn}: between clone(2) and
   * execve(2) a new process has our descriptors, and a file open for writing in any process cannot
   * be executed (ETXTBSY, execve(2)).
   */
  public static void whileNothingIsSpawned(Runnable action) {
    SPAWNING.readLock().lock();
    try {
      action.run();
    } finally {
      SPAWNING.readLock().unlock();
    }
  }

  static void close(int number) {
    if (C.close(number) < 0 && lastErrno() != Errno.EINTR.number()) {
      throw failure("close(" + number + ")");
    }
  }

  static int lastErrno() {
    return LastError.getLastError(LibC.RUNTIME);
  }

  static SystemCallException failure(String call) {
    return new SystemCallException(call, lastErrno());
  }

  static Fd fd(String call, int result) {
    if (result < 0) {
      throw failure(call);
    }
    return new Fd(result);
  }

  static void check(String call, int result) {
    if (result < 0) {
      throw failure(call);
    }
  }
}
