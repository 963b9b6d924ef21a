package dev.stockade.core.run;

import dev.stockade.core.plan.ClockedPlan;
import dev.stockade.core.policy.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs of one program, one after the other, whose plans read the clock before each step.
 *
 * @param readsBehindFilter whether the filter permitted that to the end
 */
public record TimedRuns(List<Run> runs, boolean readsBehindFilter) {
  /** Slots that are made one after the other, and runs in each. */
  private static final int SLOTS = 5;

  private static final int RUNS = 5;

  /** The plans that are gone through for a run without files, in the order in which they begin. */
  private static final List<String> PLANS =
      List.of("zygote", "make an init", "newborn init", "init", "payload", "program");

  /**
   * One run.
   *
   * @param plans when each plan came to its steps; that of the zygote is its slot's
   */
  public record Run(JobOutcome outcome, List<ClockedPlan.Times> plans) {}

  public TimedRuns {
    runs = List.copyOf(runs);
  }

  /**
   * Runs the order, with nothing made ahead, so that no run disturbs another.
   *
   * @param enough no run is begun after that time, except the first
   */
  public static TimedRuns of(Policy policy, JobOrder order, Duration enough) {
    long end = System.nanoTime() + enough.toNanos();
    List<Run> runs = new ArrayList<>();
    StepTimer timer = new StepTimer();
    for (int slot = 0; slot < SLOTS; slot++) {
      try (SlotPool pool = SandboxHost.shared().open(policy, 1, 0, false, false, timer)) {
        for (int i = 0; i < RUNS; i++) {
          if (!runs.isEmpty() && System.nanoTime() - end > 0) {
            break;
          }
          JobOutcome outcome = pool.run(order, canceller -> {});
          runs.add(new Run(outcome, PLANS.stream().flatMap(p -> timer.times(p).stream()).toList()));
        }
      }
    }
    return new TimedRuns(runs, timer.readsBehindFilter());
  }
}
