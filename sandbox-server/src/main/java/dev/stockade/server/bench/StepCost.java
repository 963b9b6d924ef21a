package dev.stockade.server.bench;

import dev.stockade.core.Moment;
import dev.stockade.core.PlanTiming;
import dev.stockade.core.StepTiming;
import dev.stockade.core.Timing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one step of a run costs.
 *
 * @param phase what the step belongs to
 * @param nanos time from the step before to this one
 */
public record StepCost(String phase, String step, long nanos) {
  /** As many characters of a step fit beside its bar. */
  private static final int LABEL = 48;

  /**
   * What a request waits for, in its order; without what nobody knows.
   *
   * @param timing of runs of a program
   */
  public static List<StepCost> of(Timing timing) {
    List<StepCost> costs = new ArrayList<>();
    add(costs, "SERVER", "plan, pipes, limits, counters", timing.serverNanos());
    add(costs, "SERVER", "words to the payload, from init", timing.messagesNanos());
    for (PlanTiming plan : timing.plans()) {
      if (plan.name().equals("init")) {
        continue; // it goes on when the program has ended
      }
      steps(costs, plan);
    }
    add(costs, "PROGRAM", "from when init goes on to its end", timing.programNanos());
    timing.plans().stream()
        .filter(plan -> plan.name().equals("init"))
        .forEach(plan -> steps(costs, plan));
    return List.copyOf(costs);
  }

  private static void steps(List<StepCost> costs, PlanTiming plan) {
    for (StepTiming step : plan.steps()) {
      if (step.moment() == Moment.REQUEST) {
        add(costs, step.phase().name(), step.text(), step.nanos());
      }
    }
  }

  private static void add(List<StepCost> costs, String phase, String step, @Nullable Long nanos) {
    if (nanos != null) {
      String label = step.length() > LABEL ? step.substring(0, LABEL - 1) + "…" : step;
      costs.add(new StepCost(phase, label, nanos));
    }
  }
}
