package dev.stockade.core.cgroup;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One leaf cgroup for one job: made empty, used once, removed by {@link #close()}. Thread-safe.
 *
 * <p>The order of use: {@link #apply}, {@link #attach} or a process entering by itself, {@link
 * #startCounting} when the set-up is over and the job is about to start, {@link #usage} when all is
 * over, {@link #close}.
 */
public interface CgroupLease extends AutoCloseable {
  /**
   * Moves a process, by host pid, into the leaf (in every hierarchy that is in use). Children that
   * it makes from now on start there.
   *
   * @throws IllegalStateException after {@link #kill()}
   */
  void attach(int pid);

  /**
   * The files by which a process enters the leaf: it writes {@code 0} to each. One for v2, one per
   * hierarchy for v1.
   */
  List<Path> procsFiles();

  /**
   * The files by which a process of one thread enters the leaf without anybody waiting for it, one
   * per v1 hierarchy: it writes {@code 0} to {@code tasks}. Writing to {@code cgroup.procs}, or
   * another's id to either, stops every fork and exit on the host meanwhile, and may wait
   * milliseconds for a grace period of RCU (kernel/cgroup/cgroup.c, {@code cgroup_attach_lock}).
   * None for v2, which has no such file: there {@link #attach} is the way.
   */
  List<Path> entryFiles();

  /** The leaf's directory for clone3(2) with {@code CLONE_INTO_CGROUP}; v2 only. */
  Optional<Path> unifiedDirectory();

  /**
   * Sets the leaf's limits; may be called again before the job starts. A limit that the
   * controller's {@link CgroupController#capabilities()} do not name is not set.
   */
  void apply(CgroupSettings settings);

  /**
   * Limits what the buffers of IPv4 and IPv6 sockets hold, those that are made from now on, where
   * {@link #apply}'s memory limit does not count them: v1, {@code memory.kmem.tcp.limit_in_bytes},
   * which despite its name holds for UDP as well. With v2 they are memory like other.
   *
   * @throws SandboxException when they are not counted and cannot be limited either
   */
  void limitSockets(long bytes);

  /**
   * Makes the job's start the zero of {@link #usage()} and {@link #cpuTimeNanos()}, so that what
   * the set-up inside the leaf used is not counted. Also the memory peak starts anew, with v1 and
   * with v2 since Linux 6.12; before, and for the peak of tasks, the set-up's peak stays in.
   */
  void startCounting();

  /** Reads every counter, since {@link #startCounting()} or else since the leaf was made. */
  CgroupUsage usage();

  /**
   * CPU time of all processes so far, in nanoseconds, counted from where {@link #usage()} counts;
   * read cheaply: for the CPU-time limit.
   *
   * @throws UnsupportedOperationException without {@link
   *     CgroupController.Capability#CPU_ACCOUNTING}
   */
  long cpuTimeNanos();

  /**
   * Kills every process in the leaf at once, where the kernel can: {@code cgroup.kill}, v2 since
   * Linux 5.14. The leaf must not be entered again: clone3(2) with {@code CLONE_INTO_CGROUP} would
   * be killed at once, also long afterwards.
   *
   * @return whether it was done; {@code false}, with nothing done, where there is no such file
   */
  boolean kill();

  /**
   * Removes the leaf; its processes must be gone. Waits up to two seconds for the kernel, then
   * throws.
   */
  @Override
  void close();
}
