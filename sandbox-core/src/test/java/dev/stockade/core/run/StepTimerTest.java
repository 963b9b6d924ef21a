package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The only alteration of the product takes nothing away. */
final class StepTimerTest {
  private static final Policy DEFAULT = Policies.named("default");
  private static final Plan PLAN =
      Plan.builder("payload")
          .phase(Phase.FILTER)
          .call("seccomp", Word.of(1))
          .phase(Phase.EXEC)
          .end(Word.of(0))
          .build();

  private static BpfProgram filter(SeccompRules rules) {
    return new SeccompCompiler().compile(rules, HostileAction.USER_NOTIFY);
  }

  private static List<String> calls(Plan plan) {
    return plan.steps().stream()
        .map(step -> step instanceof Step.Call call ? call.name() : "end")
        .toList();
  }

  @Test
  void theFilterAndTheRulesStayAsTheyAre() {
    StepTimer timer = new StepTimer();
    SeccompRules rules = FilterRules.of(DEFAULT);
    BpfProgram filter = filter(rules);
    assertSame(rules, timer.rules(rules));
    assertSame(filter, timer.filter(filter));
    assertTrue(timer.readsBehindFilter());
  }

  @Test
  void theClockIsReadToTheEndWhereTheFilterPermitsIt() {
    StepTimer timer = new StepTimer();
    timer.filter(filter(FilterRules.of(DEFAULT)));
    assertEquals(
        List.of(
            "clock_gettime",
            "clock_gettime",
            "clock_gettime",
            "clock_gettime",
            "seccomp",
            "clock_gettime",
            "end"),
        calls(timer.plan(PLAN)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void theClockIsNotReadBehindAFilterThatDoesNotPermitIt(SeccompRules.Action refusal) {
    StepTimer timer = new StepTimer();
    List<SeccompRules.Rule> rules = new ArrayList<>(FilterRules.of(DEFAULT).rules());
    rules.add(new SeccompRules.Rule(refusal, List.of("clock_gettime"), List.of()));
    timer.filter(filter(new SeccompRules("EPERM", rules)));
    assertEquals(
        List.of(
            "clock_gettime", "clock_gettime", "clock_gettime", "clock_gettime", "seccomp", "end"),
        calls(timer.plan(PLAN)));
  }

  static List<SeccompRules.Action> refusals() {
    return List.of(new SeccompRules.Errno("EPERM"), new SeccompRules.Kill());
  }

  @Test
  void aPlanThatWasNeverPlacedHasNoTimes() {
    StepTimer timer = new StepTimer();
    timer.plan(PLAN);
    assertEquals(Optional.empty(), timer.times("payload"));
  }
}
