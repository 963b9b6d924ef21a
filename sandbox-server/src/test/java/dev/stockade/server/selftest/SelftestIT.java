package dev.stockade.server.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The selftest where everything holds, and where something does not. */
final class SelftestIT {
  @BeforeAll
  static void need() {
    SandboxNeeds.defaultPolicy();
  }

  @Test
  void everyPromiseHoldsAndEachIsAttacked() {
    List<String> met = new ArrayList<>();
    SelftestReport report = Selftest.run((done, all, attack) -> met.add(done + "/" + all));
    assertTrue(report.holds(), report::toString);
    assertEquals(List.of(Promise.values()), report.rows().stream().map(r -> r.promise()).toList());
    report.rows().forEach(row -> assertTrue(row.held() > 0, row::toString));
    int all = Selftest.attacks().size();
    assertEquals(all, met.size());
    assertEquals("0/" + all, met.get(0));
  }

  @Test
  void theShortestFormHolds() {
    try (Sandbox sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1))) {
      assertNull(Selftest.whyNot(Arena.of(name -> sandbox)));
    }
  }

  @Test
  void everyHostCanTestEveryPromiseWithoutPythonOrCompilers() {
    Set<Promise> tested = EnumSet.noneOf(Promise.class);
    for (Attack attack : Selftest.attacks()) {
      if (attack.program().language() != AttackProgram.Language.PYTHON) {
        tested.add(attack.promise());
      }
    }
    assertEquals(EnumSet.allOf(Promise.class), tested);
  }

  /** A sandbox that only looks like one: what it is asked to run is something harmless instead. */
  private static Arena idle(Sandbox sandbox) {
    return new Arena() {
      @Override
      public Policy policy(String name) {
        return sandbox.policy();
      }

      @Override
      public RunResult run(String policy, RunRequest request) {
        return sandbox.run(RunRequest.command("true").build());
      }
    };
  }

  @Test
  void readinessNamesThePromiseThatDoesNotHold() {
    try (Sandbox sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1))) {
      String why = Selftest.whyNot(idle(sandbox));
      assertEquals(
          "a promise does not hold on this host: A hostile call ends the run (selftest: mount(2),"
              + " which no honest program calls: verdict is <OK>, not <SECURITY_VIOLATION>);"
              + " run ./stockade selftest",
          why);
    }
  }

  @Test
  void everyThingThatIsNotAsWrittenIsNamed() {
    Attack attack = Selftest.attacks().get(0);
    assertNotNull(attack.wanted().verdict());
    try (Sandbox sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1))) {
      AttackRunner runner = AttackRunner.withoutCanary();
      Outcome outcome = runner.run(attack, idle(sandbox));
      assertEquals(Outcome.Status.BROKEN, outcome.status());
      assertEquals(
          List.of(
              "verdict is <OK>, not <SECURITY_VIOLATION>",
              "signal is <null>, not <9>",
              "killedFor is <null>, not <deniedSyscall>",
              "deniedSyscall is <null>, not <mount>"),
          outcome.reasons().subList(0, 4));
      assertEquals(Verdict.OK, outcome.result() == null ? null : outcome.result().verdict());
    }
  }

  @Test
  void aRefusalThatDoesNotComeIsAFault() {
    Attack refused =
        Selftest.attacks().stream()
            .filter(attack -> attack.wanted().refused() != null)
            .findFirst()
            .orElseThrow();
    try (Sandbox sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1))) {
      Outcome outcome = AttackRunner.withoutCanary().run(refused, idle(sandbox));
      assertEquals(Outcome.Status.BROKEN, outcome.status());
      assertTrue(outcome.reasons().get(0).startsWith("was run, not refused: "), outcome::toString);
    }
  }

  @Test
  void anAttackWithoutItsToolsIsNotTestable() {
    AttackReader reader = new AttackReader(name -> Optional.empty());
    reader.read(
        "x.yaml",
        ("attacks: [{name: a, lesson: BOMBS, promise: CONTAINED, program: {language: c, text: a},"
                + " wanted: {verdict: OK}}]")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Outcome outcome =
        AttackRunner.withoutCanary()
            .run(
                reader.attacks().get(0),
                Arena.of(
                    name -> {
                      throw new AssertionError("it is not run");
                    }));
    assertEquals(new Outcome(Outcome.Status.NOT_TESTABLE, List.of("a C compiler"), null), outcome);
  }

  @Test
  void anUnknownPolicyIsNamed() {
    try (Canary canary = new Canary()) {
      assertThrows(IllegalArgumentException.class, () -> Selftest.policy("no-such", canary));
    }
  }
}
