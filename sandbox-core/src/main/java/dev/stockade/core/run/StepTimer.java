package dev.stockade.core.run;

import dev.stockade.core.executor.Arena;
import dev.stockade.core.executor.Program;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.plan.ClockedPlan;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.seccomp.BpfEvaluator;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.seccomp.SeccompData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Has every plan read the clock before each of its steps: the only alteration that the product
 * knows. It adds readings, where the filter permits them, and changes nothing else.
 */
final class StepTimer implements Alteration {
  private final Map<Plan, ClockedPlan> clocked = new HashMap<>();
  private final Map<String, Placed> latest = new HashMap<>();
  private boolean behindFilter;

  private record Placed(Arena arena, Program program, ClockedPlan plan) {}

  /** Stays as it is; what it does with the clock decides where the clock is read. */
  @Override
  public synchronized BpfProgram filter(BpfProgram filter) {
    SeccompAction action =
        new BpfEvaluator(filter)
            .evaluate(
                new SeccompData(
                    SyscallTable.X86_64.number("clock_gettime"),
                    SeccompData.AUDIT_ARCH_X86_64,
                    0,
                    List.of(1L, 0L, 0L, 0L, 0L, 0L)));
    behindFilter = action.kind() == SeccompAction.Kind.ALLOW;
    return filter;
  }

  @Override
  public synchronized Plan plan(Plan plan) {
    ClockedPlan made = ClockedPlan.of(plan, behindFilter);
    clocked.put(made.plan(), made);
    return made.plan();
  }

  @Override
  public synchronized void placed(Arena arena, Program program) {
    for (Plan plan : program.mailboxes().keySet()) {
      ClockedPlan known = clocked.get(plan);
      if (known != null) {
        latest.put(plan.name(), new Placed(arena, program, known));
      }
    }
  }

  /** Whether the filter permits to read the clock. */
  synchronized boolean readsBehindFilter() {
    return behindFilter;
  }

  /**
   * When the plan of a name was last gone through; to be read before its memory is given back.
   * Empty when there was none.
   */
  synchronized Optional<ClockedPlan.Times> times(String name) {
    Placed placed = latest.get(name);
    if (placed == null) {
      return Optional.empty();
    }
    ClockedPlan plan = placed.plan();
    long[] nanos = new long[plan.readings()];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] =
          TimeUnit.SECONDS.toNanos(placed.arena().read(placed.program().addressOf(plan.seconds(i))))
              + placed.arena().read(placed.program().addressOf(plan.nanoseconds(i)));
    }
    return Optional.of(plan.times(nanos));
  }
}
