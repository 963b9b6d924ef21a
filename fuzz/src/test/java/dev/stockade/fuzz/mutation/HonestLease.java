package dev.stockade.fuzz.mutation;

import dev.stockade.core.cgroup.CgroupLease;
import dev.stockade.core.cgroup.CgroupSettings;
import dev.stockade.core.cgroup.CgroupUsage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A leaf cgroup that does all that it should; the base of those that do less. */
class HonestLease implements CgroupLease {
  private final CgroupLease lease;

  HonestLease(CgroupLease lease) {
    this.lease = lease;
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
  public List<Path> entryFiles() {
    return lease.entryFiles();
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
