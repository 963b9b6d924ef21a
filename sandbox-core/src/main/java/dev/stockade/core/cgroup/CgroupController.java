package dev.stockade.core.cgroup;

import java.util.Set;

/** The subtree of cgroups that was delegated to us, whatever its version. Thread-safe. */
public interface CgroupController extends AutoCloseable {
  /** What a host may or may not be able to limit or count. */
  enum Capability {
    MEMORY,
    SWAP,
    PIDS,
    CPU_RATE,
    CPU_ACCOUNTING
  }

  /** For people: version, where the subtree is and how it was obtained. */
  String description();

  Set<Capability> capabilities();

  /** Makes a fresh leaf. */
  CgroupLease lease();

  /** Leaves that have not been given back. */
  int openLeases();

  /** Removes what this controller made. Every lease must be closed. */
  @Override
  void close();
}
