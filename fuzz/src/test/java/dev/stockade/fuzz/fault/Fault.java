package dev.stockade.fuzz.fault;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong at a step of a plan.
 *
 * @param plan as it is compiled
 * @param number of the step in it
 * @param errno with which the step fails; {@code null}: the process ends there
 */
record Fault(Plan plan, int number, @Nullable Errno errno) {
  Step step() {
    return plan.steps().get(number);
  }

  /** The system call that the step makes. */
  static String callOf(Step step) {
    if (step instanceof Step.Call call) {
      return call.name();
    }
    return step instanceof Step.Spawn ? "clone3" : step instanceof Step.Reap ? "wait4" : "";
  }

  /** Whether the plan says that it goes on. */
  boolean isTolerated() {
    Step.Tolerance tolerated =
        step() instanceof Step.Call call
            ? call.tolerated()
            : step() instanceof Step.Reap reap ? reap.tolerated() : Step.Tolerance.NONE;
    return errno != null && (tolerated.any() || tolerated.errnos().contains(errno));
  }

  @Override
  public String toString() {
    return plan.name()
        + ", step "
        + number
        + " "
        + callOf(step())
        + ": "
        + (errno == null ? "ends" : errno);
  }
}
