package dev.stockade.core.run;

import dev.stockade.core.cgroup.CgroupLease;
import dev.stockade.core.executor.Arena;
import dev.stockade.core.executor.Program;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.seccomp.BpfProgram;

/**
 * A change of what sandboxes are built from, just before it is used: for tests that take a
 * protection away, or make a step fail, and see who notices.
 *
 * <p>Whoever wants to use one must lie in this package: nothing public takes an alteration. The
 * product knows {@link #NONE}, and {@link StepTimer}, which adds readings of the clock; {@code
 * ArchitectureTest} fails when it knows another.
 */
public interface Alteration {
  /** Everything stays as it was compiled. */
  Alteration NONE = new Alteration() {};

  /**
   * The plan that is performed instead; told apart by {@link Plan#name()}. Called for the plan of a
   * child before that of its parent. Slots that are read later, by Java or by another plan, must
   * stay in it.
   */
  default Plan plan(Plan plan) {
    return plan;
  }

  /** The rules that are compiled instead. */
  default SeccompRules rules(SeccompRules rules) {
    return rules;
  }

  /** The filter that is installed instead. */
  default BpfProgram filter(BpfProgram filter) {
    return filter;
  }

  /** The leaf cgroup that is used instead; it owns the given one. */
  default CgroupLease lease(CgroupLease lease) {
    return lease;
  }

  /** Learns that plans were written to the shared memory, before any process comes to them. */
  default void placed(Arena arena, Program program) {}
}
