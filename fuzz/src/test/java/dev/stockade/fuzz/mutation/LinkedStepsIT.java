package dev.stockade.fuzz.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.run.HostSurvey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The steps that link programs, and only those have: each is taken away once, and somebody notices.
 */
final class LinkedStepsIT {
  /** Root may join the network at once; it does so without power over the host all the same. */
  private static final Set<String> ONLY_OTHERS_NOTICE =
      Set.of("linked, zygote: without setns(the link's user namespace");

  /** The descriptors of a zygote with subordinate ids are hidden from the server's user. */
  private static final Set<String> NOT_WITH_SUBORDINATE_IDS =
      Set.of("linked, zygote: without close(");

  @BeforeAll
  static void needs() {
    SandboxNeeds.defaultPolicy();
  }

  @Test
  void withoutAMutationEveryPromiseHolds() throws InterruptedException {
    assertEquals(List.of(), LinkedBench.look(Alteration.NONE));
  }

  @Test
  void everyStepIsMissed() throws InterruptedException {
    Map<String, String> outcomes = new TreeMap<>();
    for (Mutant mutant : mutants()) {
      List<String> broken = LinkedBench.look(mutant.alteration());
      System.out.println(mutant + ": " + (broken.isEmpty() ? "nobody" : broken.get(0)));
      outcomes.put(mutant.name(), broken.isEmpty() ? "nobody" : "noticed");
    }
    Map<String, String> wanted = new LinkedHashMap<>();
    outcomes.forEach((name, outcome) -> wanted.put(name, isHidden(name) ? "nobody" : "noticed"));
    assertEquals(wanted, outcomes);
  }

  private static boolean isHidden(String name) {
    Set<String> here = Set.of();
    if (HostPromises.AS_ROOT) {
      here = ONLY_OTHERS_NOTICE;
    } else if (HostSurvey.identity() instanceof Identity.Subordinate) {
      here = NOT_WITH_SUBORDINATE_IDS;
    }
    return here.stream().anyMatch(name::startsWith);
  }

  /** Of the plans that this host performs. */
  private static List<Mutant> mutants() throws InterruptedException {
    Recorder linked = new Recorder();
    assertEquals(List.of(), LinkedBench.look(linked));
    Set<String> ordinary =
        PlanMutants.of(Samples.DEFAULT, Mutants.performedPlans(Samples.DEFAULT)).stream()
            .map(mutant -> "linked, " + mutant.name())
            .collect(Collectors.toSet());
    return PlanMutants.of(Samples.LINKED, linked.plans()).stream()
        .filter(mutant -> !ordinary.contains(mutant.name()))
        .filter(mutant -> mutant.part() == Mutant.Part.ZYGOTE || isOfLink(mutant))
        .toList();
  }

  private static boolean isOfLink(Mutant mutant) {
    return mutant.name().startsWith("linked, link: ");
  }
}
