package dev.stockade.core;

import dev.stockade.core.plan.ClockedPlan.Times;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.run.TimedRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What each step of timed runs cost: medians, and why a step has none. */
final class StepCosts {
  static final String DENIED = "the filter does not permit to read the clock";
  static final String NOT_PERFORMED = "was not performed";
  static final String NOBODY_LEFT = "nobody was left to read the clock";
  static final String SERVER = "waits for the server";
  static final String PROGRAM = "waits for the program";
  static final String NO_CALL = "is no system call";

  private final List<TimedRuns.Run> runs;
  private final boolean readsBehindFilter;

  StepCosts(TimedRuns timed) {
    this.runs = timed.runs();
    this.readsBehindFilter = timed.readsBehindFilter();
  }

  /** Every plan that was gone through, as it was in the first run. */
  List<PlanTiming> plans() {
    return runs.get(0).plans().stream().map(times -> plan(times.plan())).toList();
  }

  private PlanTiming plan(Plan plan) {
    List<StepTiming> steps = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      steps.add(step(plan, i));
    }
    return new PlanTiming(
        plan.name(), median(run -> times(run, plan.name()).clockNanos()), List.copyOf(steps));
  }

  private StepTiming step(Plan plan, int index) {
    Step step = plan.steps().get(index);
    String waits = waits(step);
    Long nanos = waits == null ? median(run -> nanos(run, plan.name(), index)) : null;
    return new StepTiming(
        index,
        step.phase(),
        step.toString(),
        Moment.of(plan, index),
        nanos,
        waits != null ? waits : nanos == null ? unknown(plan, index) : null);
  }

  private static @Nullable String waits(Step step) {
    if (step instanceof Step.End) {
      return NO_CALL;
    }
    if (step instanceof Step.Reap reap && reap.tolerated().equals(Step.Tolerance.NONE)) {
      return PROGRAM;
    }
    return step instanceof Step.Call call && call.name().equals("recvmsg") ? SERVER : null;
  }

  private String unknown(Plan plan, int index) {
    boolean began =
        runs.stream().anyMatch(run -> times(run, plan.name()).before().get(index) != null);
    boolean isLast = index + 1 == plan.steps().size();
    boolean behind =
        plan.steps().get(index).phase() == Phase.EXEC
            || (!isLast && plan.steps().get(index + 1).phase() == Phase.EXEC);
    if (behind && !readsBehindFilter) {
      return DENIED;
    }
    return began ? NOBODY_LEFT : NOT_PERFORMED;
  }

  private static @Nullable Long nanos(TimedRuns.Run run, String plan, int index) {
    Times times = times(run, plan);
    Step step = times.plan().steps().get(index);
    if (step instanceof Step.Spawn spawn) {
      return less(times(run, spawn.child().name()).began(), times.before().get(index));
    }
    Long nanos = times.stepNanos(index);
    boolean execve = step instanceof Step.Call call && call.name().equals("execve");
    return nanos == null && execve
        ? less(executed(run), times.before().get(index)) // it has not come back
        : nanos;
  }

  /** When the init went on, because the program had taken the payload's place. */
  private static @Nullable Long executed(TimedRuns.Run run) {
    Times init = times(run, "init");
    return init.before().get(Moment.spawn(init.plan()) + 1);
  }

  /** From when the init went on until it was told of the program's end. */
  @Nullable Long programNanos() {
    return median(
        run -> {
          Times init = times(run, "init");
          return less(init.before().get(Moment.firstReap(init.plan()) + 1), executed(run));
        });
  }

  /** What of the wall time is neither the payload's and the program's nor the init's. */
  @Nullable Long messagesNanos() {
    return median(
        run -> {
          Times init = times(run, "init");
          Times payload = times(run, "payload");
          Long inside =
              less(
                  init.before().get(init.plan().steps().size() - 1),
                  payload.before().get(Moment.lastWait(payload.plan()) + 1));
          return less(run.outcome().wallTimeNanos(), inside);
        });
  }

  private static Times times(TimedRuns.Run run, String plan) {
    return run.plans().stream()
        .filter(times -> times.plan().name().equals(plan))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no plan " + plan + " was performed"));
  }

  private static @Nullable Long less(@Nullable Long later, @Nullable Long earlier) {
    return later == null || earlier == null ? null : (Long) (later - earlier);
  }

  /** The median of those runs in which it is known; {@code null} when there is none. */
  private @Nullable Long median(Function<TimedRuns.Run, @Nullable Long> of) {
    return median(runs.stream().map(of).filter(Objects::nonNull).toList());
  }

  /** The lower one of two medians; {@code null} of nothing. */
  static @Nullable Long median(List<Long> values) {
    return values.isEmpty() ? null : values.stream().sorted().toList().get((values.size() - 1) / 2);
  }
}
