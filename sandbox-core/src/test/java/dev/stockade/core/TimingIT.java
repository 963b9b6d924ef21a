package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the steps of real runs cost, and what nobody can know of it. */
final class TimingIT {
  @BeforeAll
  static void needs() {
    SandboxNeeds.defaultPolicy();
  }

  private static Timing time(Policy policy, String... command) {
    return Timing.of(policy, RunRequest.command(command).build());
  }

  private static PlanTiming plan(Timing timing, String name) {
    return timing.plans().stream()
        .filter(plan -> plan.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static StepTiming step(PlanTiming plan, String start) {
    return plan.steps().stream()
        .filter(step -> step.text().startsWith(start))
        .findFirst()
        .orElseThrow(() -> new AssertionError(plan.name() + " has no " + start));
  }

  @Test
  void eachStepHasAFigureOrTheReasonWhyNot() {
    Timing timing = time(Policies.named("default"), "/bin/true");
    assertEquals(Set.of(Verdict.OK), timing.verdicts().keySet());
    assertEquals(
        List.of("zygote", "make an init", "newborn init", "init", "payload", "program"),
        timing.plans().stream().map(PlanTiming::name).toList());
    for (PlanTiming plan : timing.plans()) {
      assertTrue(plan.clockNanos() > 0, plan::name);
      for (StepTiming step : plan.steps()) {
        if (step.nanos() == null) {
          assertNotNull(step.unknown(), step::text);
        } else {
          assertNull(step.unknown(), step::text);
          assertTrue(step.nanos() > 0, step::text);
        }
      }
    }
    assertEquals(
        Set.of(StepCosts.SERVER, StepCosts.PROGRAM, StepCosts.NO_CALL, StepCosts.NOBODY_LEFT),
        timing.plans().stream()
            .flatMap(plan -> plan.steps().stream())
            .filter(step -> step.unknown() != null)
            .map(StepTiming::unknown)
            .collect(Collectors.toSet()));
    for (Moment moment : List.of(Moment.SLOT, Moment.AHEAD, Moment.REQUEST, Moment.PROGRAM)) {
      assertTrue(timing.nanosOf(moment) > 0, moment::text);
    }
    assertNull(timing.nanosOf(Moment.AFTER));
    assertTrue(timing.programNanos() > 0);
    assertNotNull(timing.serverNanos());
    assertNotNull(timing.messagesNanos());
  }

  @Test
  void whatIsMadeAheadIsToldFromWhatARequestWaitsFor() {
    Timing timing = time(Policies.named("default"), "/bin/true");
    assertEquals(Moment.SLOT, step(plan(timing, "zygote"), "pivot_root").moment());
    assertEquals(Moment.AHEAD, step(plan(timing, "make an init"), "clone3").moment());
    assertEquals(Moment.AHEAD, step(plan(timing, "init"), "mount(\"proc\"").moment());
    assertEquals(Moment.AHEAD, step(plan(timing, "init"), "clone3").moment());
    assertEquals(Moment.PROGRAM, step(plan(timing, "init"), "wait4").moment());
    assertEquals(Moment.REQUEST, step(plan(timing, "init"), "kill").moment());
    assertEquals(Moment.AFTER, step(plan(timing, "init"), "exit_group").moment());
    assertEquals(Moment.AHEAD, step(plan(timing, "payload"), "recvmsg").moment());
    assertEquals(Moment.REQUEST, step(plan(timing, "payload"), "seccomp").moment());
    assertEquals(Moment.REQUEST, step(plan(timing, "program"), "execve").moment());
  }

  @Test
  void theProgramIsLookedForInEachFolderOfThePath() {
    Timing timing = time(Policies.named("default"), "true");
    List<StepTiming> attempts = plan(timing, "program").steps();
    assertEquals(3, attempts.size());
    assertNotNull(attempts.get(0).nanos());
    assertNotNull(attempts.get(1).nanos());
    assertEquals(StepCosts.NOT_PERFORMED, attempts.get(2).unknown());
  }

  /** The run would end as a security violation if the clock were read behind such a filter. */
  @Test
  void whatLiesBehindAFilterThatDeniesTheClockIsUnknown(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("noclock.yaml");
    Files.writeString(
        file,
        """
        extends: default
        description: No clock
        seccomp:
          rules:
            - kill: [clock_gettime]
        """);
    Timing timing = time(Policies.load(file), "/bin/true");
    assertEquals(Set.of(Verdict.OK), timing.verdicts().keySet());
    assertEquals(StepCosts.DENIED, step(plan(timing, "payload"), "seccomp").unknown());
    assertEquals(StepCosts.DENIED, step(plan(timing, "program"), "execve").unknown());
    assertNull(plan(timing, "program").clockNanos());
    assertNotNull(step(plan(timing, "payload"), "close_range").nanos());
  }

  @Test
  void howTheRunsEndedIsSaid() {
    long start = System.nanoTime();
    Timing timing = time(Policies.named("default"), "/bin/false");
    boolean hadTime = System.nanoTime() - start < Duration.ofSeconds(10).toNanos();
    assertEquals(Set.of(Verdict.NONZERO_EXIT), timing.verdicts().keySet());
    int runs = timing.verdicts().getOrDefault(Verdict.NONZERO_EXIT, 0);
    assertTrue(runs == 25 || (runs > 0 && runs < 25 && !hadTime), runs + " runs");
  }

  @Test
  void aProgramThatIsMissingIsABadRequest() {
    assertEquals(
        "command",
        assertThrows(
                InvalidRequestException.class,
                () -> time(Policies.named("default"), "/no/such/program"))
            .field());
  }
}
