package dev.stockade.core.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.stockade.core.compile.PlanCases.Case;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.plan.ClockedPlan;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A clocked plan does what the plan does, with readings of the clock in between. */
final class ClockedPlanProperties {
  private static final int TRIES = 100;

  @Provide
  Arbitrary<Case> cases() {
    return PlanCases.cases();
  }

  private static boolean isReading(Step step) {
    return step instanceof Step.Call call && call.name().equals("clock_gettime");
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void withoutReadingsItIsThePlanItWas(@ForAll("cases") Case of, @ForAll boolean behindFilter) {
    for (Plan plan : of.plans()) {
      Plan clocked = ClockedPlan.of(plan, behindFilter).plan();
      List<Step> rest = clocked.steps().stream().filter(step -> !isReading(step)).toList();
      assertEquals(plan.steps().size(), rest.size(), plan::name);
      for (int i = 0; i < rest.size(); i++) {
        assertSame(plan.steps().get(i), rest.get(i), plan::name);
      }
      assertEquals(plan.name(), clocked.name());
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void eachStepThatMayHasItsReadingRightBefore(
      @ForAll("cases") Case of, @ForAll boolean behindFilter) {
    for (Plan plan : of.plans()) {
      List<Step> steps = ClockedPlan.of(plan, behindFilter).plan().steps();
      for (int i = 0; i < steps.size(); i++) {
        if (!isReading(steps.get(i))) {
          boolean wanted = behindFilter || steps.get(i).phase() != Phase.EXEC;
          assertEquals(wanted, i > 0 && isReading(steps.get(i - 1)), plan.name() + " " + i);
        }
      }
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void readingsLieApartFromOneAnotherAndFromEverythingElse(@ForAll("cases") Case of) {
    for (Plan plan : of.plans()) {
      ClockedPlan clocked = ClockedPlan.of(plan, true);
      Program program = PlanEncoder.encode(clocked.plan(), Layout.FIRST_JOB);
      Set<Long> places = new HashSet<>();
      for (int i = 0; i < clocked.readings(); i++) {
        long seconds = program.addressOf(clocked.seconds(i));
        assertEquals(seconds + 8, program.addressOf(clocked.nanoseconds(i)));
        places.add(seconds);
        places.add(seconds + 8);
      }
      assertEquals(plan.steps().size() + 1, clocked.readings());
      assertEquals(2 * clocked.readings(), places.size());
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void timesAreDifferencesAndWhatWasNotPerformedHasNone(
      @ForAll("cases") Case of, @ForAll byte performed) {
    for (Plan plan : of.plans()) {
      ClockedPlan clocked = ClockedPlan.of(plan, true);
      int steps = plan.steps().size();
      int done = (performed & 0xff) % (steps + 1);
      long[] nanos = new long[clocked.readings()];
      nanos[0] = 1_000;
      for (int i = 1; i <= steps; i++) {
        // Readings that nobody wants came before the first one that counts.
        nanos[i] = i <= done ? nanos[i - 1] + i : i % 2 == 0 ? 0 : 999;
      }
      ClockedPlan.Times times = clocked.times(nanos);
      List<Long> expected = new ArrayList<>();
      List<Long> costs = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        expected.add(i < done ? Long.valueOf(nanos[i + 1]) : null);
        costs.add(i + 1 < done ? Long.valueOf(i + 2) : null);
      }
      assertEquals(expected, times.before());
      List<Long> measured = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        measured.add(times.stepNanos(i));
      }
      assertEquals(costs, measured);
      assertEquals(done == 0 ? null : Long.valueOf(1), times.clockNanos());
    }
  }
}
