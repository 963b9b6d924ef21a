package dev.stockade.core.run;

import dev.stockade.core.cgroup.CgroupLease;
import dev.stockade.core.cgroup.CgroupSettings;
import dev.stockade.core.cgroup.CgroupUsage;
import dev.stockade.core.compile.CgroupEntry;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.policy.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job's leaf cgroup, or the absence of any where the policy accepts that. */
public final class JobCgroup implements AutoCloseable {
  /** The job's init counts as a task of the leaf. */
  private static final int INIT = 1;

  private final @Nullable CgroupLease lease;
  private final boolean countsCpu;
  private final boolean hasNetwork;
  private @Nullable Limits applied;

  /**
   * @param hasNetwork whether the job may have IPv4 and IPv6 sockets
   */
  JobCgroup(@Nullable CgroupLease lease, boolean countsCpu, boolean hasNetwork) {
    this.lease = lease;
    this.countsCpu = countsCpu;
    this.hasNetwork = hasNetwork;
  }

  /** What a run's limits ask of its leaf. */
  public static CgroupSettings settings(Limits limits) {
    return new CgroupSettings(limits.memory().bytes(), limits.pids() + INIT, limits.cpus());
  }

  boolean countsCpu() {
    return countsCpu;
  }

  /** How an init comes into this cgroup. */
  CgroupEntry entry() {
    return lease == null ? CgroupEntry.NONE : CgroupEntry.by(lease.entryFiles().size());
  }

  /**
   * Sends an init that is not born yet what it needs to enter the cgroup, and to go on.
   *
   * @return false, with nothing sent, where only {@link #admit} can bring it in
   */
  boolean admitAhead(MessageSocket socket) {
    List<Path> entryFiles = lease == null ? List.of() : lease.entryFiles();
    if (lease != null && entryFiles.isEmpty()) {
      return false;
    }
    List<Fd> files = new ArrayList<>();
    try {
      entryFiles.forEach(file -> files.add(Sys.openForWriting(file.toString())));
      socket.send(0, files.toArray(Fd[]::new));
      return true;
    } finally {
      files.forEach(Fd::close);
    }
  }

  /** Moves a newborn init into the cgroup, and lets it go on. */
  void admit(int pid, MessageSocket socket) {
    if (lease != null) {
      lease.attach(pid);
    }
    socket.send(0);
  }

  /** Sets the limits that most jobs will have and starts counting, ahead of the request. */
  void prepare(Limits likely) {
    if (lease != null) {
      apply(lease, likely);
      lease.startCounting();
    }
  }

  /** Sets a job's own limits, where they are others than the prepared ones. */
  void start(Limits limits) {
    if (lease != null && !limits.equals(applied)) {
      apply(lease, limits);
    }
  }

  private void apply(CgroupLease to, Limits limits) {
    to.apply(settings(limits));
    if (hasNetwork) {
      to.limitSockets(limits.memory().bytes());
    }
    applied = limits;
  }

  CgroupUsage usage() {
    return lease == null ? CgroupUsage.NOTHING : lease.usage();
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
