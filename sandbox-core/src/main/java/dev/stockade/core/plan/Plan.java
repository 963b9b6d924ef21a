package dev.stockade.core.plan;

import dev.stockade.core.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An immutable list of steps for one process. Its last step is an END, or a call that does not
 * return ({@code execve}, {@code exit_group}).
 */
public final class Plan {
  private final String name;
  private final List<Step> steps;

  private Plan(String name, List<Step> steps) {
    this.name = name;
    this.steps = List.copyOf(steps);
  }

  public String name() {
    return name;
  }

  public List<Step> steps() {
    return steps;
  }

  /** This plan with other steps, under the same name. */
  public Plan withSteps(List<Step> others) {
    return new Plan(name, others);
  }

  /** For example {@code mount("tmpfs", …): EPERM, step 14 of 37 (MOUNTS) of init}. */
  public String describeFailure(int step, String errno) {
    Step failed = steps.get(step);
    return String.format(
        Locale.ROOT,
        "%s: %s, step %d of %d (%s) of %s",
        failed,
        errno,
        step,
        steps.size(),
        failed.phase(),
        name);
  }

  @Override
  public String toString() {
    return "plan " + name + " of " + steps.size() + " steps";
  }

  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** Collects steps in order. */
  public static final class Builder {
    /** {@code struct rusage}, getrusage(2). */
    private static final int RUSAGE_SIZE = 144;

    private final String name;
    private final List<Step> steps = new ArrayList<>();
    private @Nullable Phase phase;

    private Builder(String name) {
      this.name = name;
    }

    /** The phase of the steps that follow. */
    public Builder phase(Phase next) {
      this.phase = next;
      return this;
    }

    /** A call that must succeed. */
    public Builder call(String name, Word... arguments) {
      return add(new Step.Call(now(), name, List.of(arguments), Step.Tolerance.NONE, 0, null));
    }

    /** A call that may fail in a named way. */
    public Builder call(Step.Tolerance tolerated, String name, Word... arguments) {
      return add(new Step.Call(now(), name, List.of(arguments), tolerated, 0, null));
    }

    /** A call whose result is kept. */
    public Builder call(Slot result, String name, Word... arguments) {
      return add(new Step.Call(now(), name, List.of(arguments), Step.Tolerance.NONE, 0, result));
    }

    /** A call whose result is kept, whatever it is. */
    public Builder call(Slot result, Step.Tolerance tolerated, String name, Word... arguments) {
      return add(new Step.Call(now(), name, List.of(arguments), tolerated, 0, result));
    }

    /** A call that must return at least a number, such as the bytes of a whole message. */
    public Builder callForAtLeast(long atLeast, String name, Word... arguments) {
      return add(
          new Step.Call(now(), name, List.of(arguments), Step.Tolerance.NONE, atLeast, null));
    }

    /** A call with everything about it named. */
    public Builder call(
        @Nullable Slot result,
        Step.Tolerance tolerated,
        long atLeast,
        String name,
        Word... arguments) {
      return add(new Step.Call(now(), name, List.of(arguments), tolerated, atLeast, result));
    }

    public Builder spawn(Datum arguments, String flags, Plan child, Slot pid) {
      return add(new Step.Spawn(now(), arguments, flags, child, pid));
    }

    /** Waits for children until one is gone. */
    public Builder reap(Slot pid, Slot status, Slot usage) {
      return add(new Step.Reap(now(), pid, status, usage, Step.Tolerance.NONE));
    }

    /** Waits for children until there are none. */
    public Builder reapAll() {
      Datum last = Datum.space(16, "pid 0, wait status");
      Datum usage = Datum.space(RUSAGE_SIZE, "rusage");
      return add(
          new Step.Reap(
              now(),
              last.slot(0),
              last.slot(8),
              usage.slot(0),
              Step.Tolerance.of("then none is left", Errno.ECHILD)));
    }

    public Builder end(Word target) {
      return add(new Step.End(now(), target));
    }

    private Builder add(Step step) {
      steps.add(step);
      return this;
    }

    private Phase now() {
      if (phase == null) {
        throw new IllegalStateException("name the phase before the first step");
      }
      return phase;
    }

    public Plan build() {
      if (steps.isEmpty()) {
        throw new IllegalStateException("plan " + name + " has no steps");
      }
      return new Plan(name, steps);
    }
  }
}
