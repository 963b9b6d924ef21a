package dev.stockade.core.cgroup;

/** One leaf cgroup for one job: made empty, used once, removed by {@link #close()}. */
public interface CgroupLease extends AutoCloseable {
  /** Moves a process, by host pid, into the leaf (in every hierarchy that is in use). */
  void attach(int pid);

  /** Sets the leaf's limits; may be called again before the job starts. */
  void apply(CgroupSettings settings);

  /** Reads every counter. */
  CgroupUsage usage();

  /** CPU time of all processes so far, in nanoseconds, read cheaply: for the CPU-time limit. */
  long cpuTimeNanos();

  /** Removes the leaf; its processes must be gone. Waits briefly for the kernel, then throws. */
  @Override
  void close();
}
