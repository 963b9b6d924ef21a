package dev.stockade.core.run;

import dev.stockade.core.cgroup.CgroupLease;
import dev.stockade.core.cgroup.CgroupSettings;
import dev.stockade.core.cgroup.CgroupUsage;
import dev.stockade.core.policy.Limits;
import org.jspecify.annotations.Nullable;

/** A job's leaf cgroup, or the absence of any where the policy accepts that. */
final class JobCgroup implements AutoCloseable {
  private static final CgroupUsage UNKNOWN =
      new CgroupUsage(null, null, null, null, null, null, null, null, null);

  /** The job's init counts as a task of the leaf. */
  private static final int INIT = 1;

  private final @Nullable CgroupLease lease;
  private final boolean countsCpu;

  JobCgroup(@Nullable CgroupLease lease, boolean countsCpu) {
    this.lease = lease;
    this.countsCpu = countsCpu;
  }

  boolean isPresent() {
    return lease != null;
  }

  boolean countsCpu() {
    return countsCpu;
  }

  void attach(int pid) {
    if (lease != null) {
      lease.attach(pid);
    }
  }

  void start(Limits limits) {
    if (lease != null) {
      lease.apply(new CgroupSettings(limits.memory().bytes(), limits.pids() + INIT, limits.cpus()));
      lease.startCounting();
    }
  }

  CgroupUsage usage() {
    return lease == null ? UNKNOWN : lease.usage();
  }

  /** CPU time so far; only where {@link #countsCpu()}. */
  long cpuTimeNanos() {
    if (lease == null) {
      throw new IllegalStateException("no cgroup counts CPU time");
    }
    return lease.cpuTimeNanos();
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
    }
  }
}
