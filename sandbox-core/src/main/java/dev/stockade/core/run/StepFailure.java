package dev.stockade.core.run;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;

/**
 * A step of a plan that failed in a zygote, an init or a payload: call, object, errno name, step.
 */
public final class StepFailure extends SandboxException {
  private static final long serialVersionUID = 1L;

  private final Plan plan;
  private final int step;
  private final int errno;

  StepFailure(Plan plan, long mailbox) {
    this(plan, (int) (mailbox >>> 32), (int) mailbox);
  }

  private StepFailure(Plan plan, int step, int errno) {
    super(
        plan.describeFailure(
                step, errno == 0 ? "too little, or the end of the file" : Errno.nameOf(errno))
            + FailureHints.of(plan.steps().get(step), errno));
    this.plan = plan;
    this.step = step;
    this.errno = errno;
  }

  /** Whether the step is a call of this name. */
  boolean isOf(String call) {
    return plan.steps().get(step) instanceof Step.Call failed && failed.name().equals(call);
  }

  /** The error number; 0 when the call gave less than the step needs. */
  public int errno() {
    return errno;
  }
}
