package dev.stockade.core.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan that reads the clock before each of its steps, and is otherwise as it was.
 *
 * <p>It begins with some readings that nobody wants, so that the memory for the others is there,
 * and two more, one right after the other: what lies between them is the cost of a reading.
 */
public final class ClockedPlan {
  /** {@code struct timespec { time_t tv_sec; long tv_nsec; }}, clock_gettime(2). */
  private static final int TIMESPEC = 16;

  private static final int NANOSECONDS = 8;

  /** A page of 4 KiB holds that many readings. */
  private static final int PAGE = 4096 / TIMESPEC;

  private static final Word MONOTONIC = Word.of(1, "CLOCK_MONOTONIC");

  private final Plan original;
  private final Plan plan;
  private final Datum readings;
  private final int clocked;

  private ClockedPlan(Plan original, Plan plan, Datum readings, int clocked) {
    this.original = original;
    this.plan = plan;
    this.readings = readings;
    this.clocked = clocked;
  }

  /**
   * Adds readings to a plan.
   *
   * @param behindFilter whether the clock may still be read when the filter is installed
   */
  public static ClockedPlan of(Plan plan, boolean behindFilter) {
    int clocked = 0;
    while (clocked < plan.steps().size()
        && (behindFilter || plan.steps().get(clocked).phase() != Phase.EXEC)) {
      clocked++;
    }
    Datum readings = Datum.space((clocked + 1) * TIMESPEC, "readings of the clock");
    List<Step> steps = new ArrayList<>();
    if (clocked > 0) {
      Phase first = plan.steps().get(0).phase();
      for (int i = 0; i < clocked; i += PAGE) {
        steps.add(reading(first, readings, i));
      }
      steps.add(reading(first, readings, clocked));
      steps.add(reading(first, readings, 0));
    }
    for (int i = 0; i < plan.steps().size(); i++) {
      if (i < clocked) {
        steps.add(reading(plan.steps().get(i).phase(), readings, i + 1));
      }
      steps.add(plan.steps().get(i));
    }
    return new ClockedPlan(plan, plan.withSteps(steps), readings, clocked);
  }

  /** clock_gettime(2) into the place of one reading. */
  private static Step reading(Phase phase, Datum readings, int index) {
    return new Step.Call(
        phase,
        "clock_gettime",
        List.of(MONOTONIC, new Word.Address(readings.slot(index * TIMESPEC))),
        Step.Tolerance.NONE,
        0,
        null);
  }

  /** The plan without readings. */
  public Plan original() {
    return original;
  }

  /** The plan with readings, to be performed. */
  public Plan plan() {
    return plan;
  }

  /** How many readings there are: the first, and one before each step that could be clocked. */
  public int readings() {
    return clocked == 0 ? 0 : clocked + 1;
  }

  /** Where the seconds of a reading stand. */
  public Slot seconds(int reading) {
    return readings.slot(reading * TIMESPEC);
  }

  /** Where the nanoseconds of a reading stand. */
  public Slot nanoseconds(int reading) {
    return readings.slot(reading * TIMESPEC + NANOSECONDS);
  }

  /**
   * When the plan came to which step, once it was performed.
   *
   * @param nanos all readings, as they stand in memory
   */
  public Times times(long[] nanos) {
    if (nanos.length != readings()) {
      throw new IllegalArgumentException(
          original + " has " + readings() + " readings, not " + nanos.length);
    }
    List<@Nullable Long> before = new ArrayList<>();
    for (int i = 0; i < original.steps().size(); i++) {
      // Before the first reading those that nobody wants were put in the place of others.
      before.add(i < clocked && nanos[i + 1] > nanos[0] ? (Long) nanos[i + 1] : null);
    }
    return new Times(original, clocked == 0 ? null : (Long) nanos[0], before);
  }

  /**
   * When one process came to the steps of a plan, in nanoseconds of CLOCK_MONOTONIC.
   *
   * @param began the first reading, or {@code null}
   * @param before for each step when it began, or {@code null}
   */
  public record Times(Plan plan, @Nullable Long began, List<@Nullable Long> before) {
    public Times {
      before = java.util.Collections.unmodifiableList(new ArrayList<>(before));
    }

    /** What one reading costs, or {@code null}. */
    public @Nullable Long clockNanos() {
      return began == null ? null : less(before.get(0), began);
    }

    /** From the beginning of a step to that of the next, or {@code null}. */
    public @Nullable Long stepNanos(int step) {
      return step + 1 < before.size() ? less(before.get(step + 1), before.get(step)) : null;
    }

    private static @Nullable Long less(@Nullable Long later, @Nullable Long earlier) {
      return later == null || earlier == null ? null : (Long) (later - earlier);
    }
  }
}
