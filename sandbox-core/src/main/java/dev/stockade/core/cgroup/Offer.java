package dev.stockade.core.cgroup;

import dev.stockade.core.cgroup.CgroupController.Capability;
import java.util.EnumSet;
import java.util.Set;

/** A place where a subtree can be made; looking has changed nothing so far. */
interface Offer {
  Set<Capability> WANTED =
      EnumSet.of(
          Capability.MEMORY, Capability.PIDS, Capability.CPU_RATE, Capability.CPU_ACCOUNTING);

  /** What can be limited and counted there, swap left aside. */
  Set<Capability> capabilities();

  default boolean isComplete() {
    return capabilities().containsAll(WANTED);
  }

  /** Makes the subtree; throws when the kernel refuses, with nothing left behind. */
  CgroupController open();
}
