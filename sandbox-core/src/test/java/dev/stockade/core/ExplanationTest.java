package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.PlanCases;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.PlanPrinter;
import dev.stockade.core.plan.Step;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that would be done for one command, to the letter, on a host that never changes. */
final class ExplanationTest {
  private static final Explanation.Filter FILTER =
      new Explanation.Filter(PlanCases.FILTER, List.of("not named below: ALLOW"));

  private static final SandboxOptions TERMINAL = new SandboxOptions(1, 1, false, true);

  private static Explanation explain(Identity identity, Policy.Network network) {
    return explain(identity, network, SandboxOptions.defaults());
  }

  private static Explanation explain(
      Identity identity, Policy.Network network, SandboxOptions options) {
    Policy policy = PlanCases.with(Policies.named("default"), network);
    return new Explanation(
        policy, List.of("cat", "a file", "b\n"), PlanCases.DEBIAN, identity, FILTER, options);
  }

  private static Identity identity(String name) {
    return switch (name) {
      case "own" -> PlanCases.OWN;
      case "dropped" -> PlanCases.DROPPED;
      default -> PlanCases.SUBORDINATE;
    };
  }

  @ParameterizedTest
  @CsvSource({"own, NONE", "dropped, NONE", "subordinate, NONE", "own, LOOPBACK"})
  void thePlansAreWhatTheyWereWhenTheyWereRead(String identity, Policy.Network network) {
    String file =
        "explanation-" + (network == Policy.Network.NONE ? identity : "loopback") + ".txt";
    Golden.check(file, explain(identity(identity), network).text());
  }

  /** The plans of an init and a payload alone: all others are those of any sandbox. */
  @Test
  void thePlansWithATerminalAreWhatTheyWereWhenTheyWereRead() {
    List<String> without = printed(SandboxOptions.defaults());
    List<String> with = printed(TERMINAL);
    assertEquals(without.size(), with.size());
    List<String> changed = with.stream().filter(plan -> !without.contains(plan)).toList();
    Golden.check("plans-terminal.txt", String.join("\n", changed));
  }

  private static List<String> printed(SandboxOptions options) {
    return explain(PlanCases.OWN, Policy.Network.NONE, options).plans().stream()
        .map(PlanPrinter::print)
        .toList();
  }

  @Test
  @SuppressWarnings("unchecked")
  void theTreeHoldsEveryStepAndOnlyWhatJsonKnows() {
    Explanation explanation = explain(PlanCases.OWN, Policy.Network.NONE);
    Map<String, Object> tree = explanation.tree();
    assertJson(tree);
    assertEquals(
        List.of(
            "policy",
            "description",
            "command",
            "identity",
            "mounts",
            "cgroup",
            "limits",
            "rlimits",
            "seccomp",
            "plans"),
        List.copyOf(tree.keySet()));
    List<Map<String, Object>> plans = (List<Map<String, Object>>) tree.get("plans");
    assertEquals(explanation.plans().size(), plans.size());
    for (int i = 0; i < plans.size(); i++) {
      Plan plan = explanation.plans().get(i);
      List<Map<String, Object>> steps = (List<Map<String, Object>>) plans.get(i).get("steps");
      assertEquals(plan.name(), plans.get(i).get("name"));
      assertEquals(
          plan.steps().stream().map(Step::toString).toList(),
          steps.stream().map(step -> step.get("text")).toList());
    }
  }

  private static void assertJson(Object value) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) -> {
            assertEquals(String.class, key.getClass());
            assertJson(inner);
          });
    } else if (value instanceof List<?> list) {
      list.forEach(ExplanationTest::assertJson);
    } else {
      assertTrue(value instanceof String || value instanceof Number, () -> "not JSON: " + value);
    }
  }

  /** The summary of mounts is made from the policy: it must not say what the plans do not do. */
  @Test
  void theMountsThatAreShownAreTheMountsThatAreMade() {
    for (String name : Policies.names()) {
      Explanation explanation =
          new Explanation(
              Policies.named(name),
              List.of("cat"),
              PlanCases.DEBIAN,
              PlanCases.OWN,
              FILTER,
              SandboxOptions.defaults());
      List<String> made = new ArrayList<>(List.of("/"));
      for (Plan plan : explanation.plans()) {
        for (Step step : plan.steps()) {
          if (step instanceof Step.Call call) {
            addTarget(made, call);
          }
        }
      }
      // Made on the way and not seen by a program: the old root, its /tmp, the host's /proc.
      List.of("/", "/tmp", "/proc").forEach(made::remove);
      List<String> shown =
          ShownMount.of(Policies.named(name), PlanCases.DEBIAN).stream()
              .map(ShownMount::path)
              .toList();
      assertEquals(new TreeSet<>(made), new TreeSet<>(shown), name);
      assertEquals(made.size(), shown.size(), name);
    }
  }

  private static void addTarget(List<String> made, Step.Call call) {
    int argument =
        switch (call.name()) {
          case "mount" -> 1;
          case "move_mount" -> 3;
          case "symlinkat" -> 2;
          default -> -1;
        };
    if (argument >= 0) {
      String target = call.arguments().get(argument).toString().replace("\"", "");
      if (!List.of("/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr").contains(target)) {
        made.add(target);
      }
    }
  }
}
