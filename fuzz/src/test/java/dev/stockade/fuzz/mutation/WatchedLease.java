package dev.stockade.fuzz.mutation;

import dev.stockade.core.cgroup.CgroupLease;
import dev.stockade.core.cgroup.CgroupSettings;
import dev.stockade.core.cgroup.CgroupUsage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A leaf cgroup that tells whom it was given; the base of those that do less than they should. */
class WatchedLease implements CgroupLease {
  private final CgroupLease lease;

  WatchedLease(CgroupLease lease) {
    this.lease = lease;
  }

  /** Knows the pid of the last init that was put into a leaf. */
  static final class Watch {
    private volatile int pid;

    int pid() {
      return pid;
    }

    CgroupLease on(CgroupLease lease) {
      return new WatchedLease(lease) {
        @Override
        public void attach(int newborn) {
          pid = newborn;
          super.attach(newborn);
        }
      };
    }
  }

  @Override
  public void attach(int pid) {
    lease.attach(pid);
  }

  @Override
  public List<Path> procsFiles() {
    return lease.procsFiles();
  }

  @Override
  public Optional<Path> unifiedDirectory() {
    return lease.unifiedDirectory();
  }

  @Override
  public void apply(CgroupSettings settings) {
    lease.apply(settings);
  }

  @Override
  public void limitSockets(long bytes) {
    lease.limitSockets(bytes);
  }

  @Override
  public void startCounting() {
    lease.startCounting();
  }

  @Override
  public CgroupUsage usage() {
    return lease.usage();
  }

  @Override
  public long cpuTimeNanos() {
    return lease.cpuTimeNanos();
  }

  @Override
  public boolean kill() {
    return lease.kill();
  }

  @Override
  public void close() {
    lease.close();
  }
}
