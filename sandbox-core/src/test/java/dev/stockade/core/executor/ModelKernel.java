package dev.stockade.core.executor;

import dev.stockade.core.linux.Errno;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;
import java.util.function.IntSupplier;

/**
 * A small kernel in Java: descriptors, all of them of /dev/null, the umask, and children that run
 * to their end at once (CLONE_VFORK).
 */
final class ModelKernel implements FakeKernel {
  static final String NULL_DEVICE = "/dev/null";

  /** Stands for a pid, which nobody can foretell. */
  static final long SOME_PID = 1L << 20;

  private final TreeSet<Integer> open;
  private final Deque<Waited> ended = new ArrayDeque<>();
  private long umask;
  private ModelKernel running = this;

  ModelKernel() {
    this.open = new TreeSet<>();
  }

  private ModelKernel(ModelKernel parent) {
    this.open = new TreeSet<>(parent.open);
    this.umask = parent.umask;
  }

  @Override
  public long call(String name, long[] a, Memory memory) {
    return running.perform(name, a, memory);
  }

  private long perform(String name, long[] a, Memory memory) {
    int fd = (int) a[0];
    return switch (name) {
      case "close_range" -> {
        open.removeIf(n -> n >= a[0] && n <= a[1]);
        yield 0;
      }
      case "umask" -> {
        long before = umask;
        umask = a[0] & 0777;
        yield before;
      }
      case "openat" -> memory.string(a[1]).equals(NULL_DEVICE) ? lowest() : fails(Errno.ENOENT);
      case "close" -> open.remove(fd) ? 0 : fails(Errno.EBADF);
      case "dup" -> open.contains(fd) ? lowest() : fails(Errno.EBADF);
      case "dup2" -> {
        if (!open.contains(fd) || a[1] < 0) {
          yield fails(Errno.EBADF);
        }
        open.add((int) a[1]);
        yield a[1];
      }
      case "write" -> open.contains(fd) ? a[2] : fails(Errno.EBADF);
      case "read" -> open.contains(fd) ? 0 : fails(Errno.EBADF);
      case "exit_group" -> throw new Gone((int) a[0] & 0xff);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private long lowest() {
    int fd = 0;
    while (open.contains(fd)) {
      fd++;
    }
    open.add(fd);
    return fd;
  }

  private static long fails(Errno errno) {
    return -errno.number();
  }

  @Override
  public long spawn(long arguments, Memory memory, IntSupplier child) {
    ModelKernel before = running;
    running = new ModelKernel(before);
    int status = child.getAsInt();
    running = before;
    long pid = SOME_PID + before.ended.size();
    before.ended.add(new Waited(pid, status << 8));
    return pid;
  }

  @Override
  public Waited reap() {
    Waited waited = running.ended.poll();
    return waited == null ? new Waited(fails(Errno.ECHILD), 0) : waited;
  }
}
