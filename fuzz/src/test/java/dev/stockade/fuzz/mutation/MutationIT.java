package dev.stockade.fuzz.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.run.HostSurvey;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.testing.Golden;
import dev.stockade.core.testing.Needs;
import dev.stockade.core.testing.Seed;
import dev.stockade.fuzz.Effort;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every protection is taken away once, and somebody notices, or it is explained why nobody can
 * here.
 *
 * <p>The short form takes those of the cgroup and as many others as fit its time, in an order that
 * a seed decides: {@code -Dstockade.seed=N}. The long form takes all of them; with {@code
 * -Dgolden.update=true} it writes this host's column of {@code mutants.md}.
 */
final class MutationIT {
  private static final List<Detector> DETECTORS =
      List.of(
          new ProcessorsDetector(),
          new StateDetector(),
          new LayersDetector(),
          new FilesDetector(),
          new HostileCallDetector(),
          new NoexecDetector(),
          new OrphanDetector(),
          new LeftoverDetector(),
          new DeathDetector(),
          new CallDetector(),
          new I386Detector(),
          new GenerousDetector(),
          new ListedDetector());

  private static final long BUDGET_NANOS = 20_000_000_000L;

  /** However long that takes: fewer are no sample. */
  private static final int LEAST = 12;

  @BeforeAll
  static void needs() {
    SandboxNeeds.defaultPolicy();
  }

  static Stream<Detector> detectors() {
    return DETECTORS.stream();
  }

  /** Else its noticing something would mean nothing. */
  @ParameterizedTest
  @MethodSource("detectors")
  void withoutAMutationEveryPromiseHolds(Detector detector) {
    if (detector instanceof I386Detector) {
      Needs.machine(
          "i386 entry",
          I386Detector.isThere() ? Optional.empty() : Optional.of("int 0x80 is another there"));
    }
    List<String> policies =
        List.of(Samples.DEFAULT, Samples.LOOPBACK, Samples.PINNED, Samples.TERMINAL);
    if (detector instanceof NoexecDetector) {
      policies = List.of(Samples.STRICT);
    } else if (detector instanceof ProcessorsDetector) {
      policies = List.of(Samples.PINNED);
    } else if (detector instanceof ListedDetector) {
      policies = List.of(Samples.DEFAULT);
    }
    for (String policy : policies) {
      assertEquals(List.of(), Examiner.look(detector, Mutants.nothing(policy)), policy);
    }
  }

  /** A detector of calls has nothing to look at without a mutant's calls. */
  @Test
  void everyCallThatMutantsMakeIsAnsweredByTheFilter() {
    Map<String, List<long[]>> calls = new LinkedHashMap<>();
    for (Mutant mutant : FilterMutants.all()) {
      mutant.calls().stream()
          .filter(call -> FilterMutants.wanted(mutant, call).kind() == SeccompAction.Kind.ERRNO)
          .forEach(calls.computeIfAbsent(mutant.policy(), key -> new ArrayList<>())::add);
    }
    calls.forEach(
        (policy, all) -> {
          Mutant nothing =
              new Mutant("nothing", Mutant.Part.FILTER, policy, FilterMutants.telltale(), all);
          assertEquals(List.of(), Examiner.look(new CallDetector(), nothing), policy);
        });
  }

  @Test
  void everyMutantIsNoticedOrExplained() throws IOException {
    List<Mutant> mutants = new ArrayList<>(Mutants.all());
    Collections.shuffle(mutants, new Random(Seed.current()));
    // What differs most between hosts is never left out.
    mutants.sort(Comparator.comparing(mutant -> mutant.part() != Mutant.Part.CGROUP));
    Examiner examiner = new Examiner(DETECTORS);
    Map<String, Examiner.Outcome> outcomes = new LinkedHashMap<>();
    long end = System.nanoTime() + BUDGET_NANOS;
    for (Mutant mutant : mutants) {
      if (Effort.current() == Effort.LONG
          || outcomes.size() < LEAST
          || System.nanoTime() - end < 0) {
        outcomes.put(mutant.name(), examiner.examine(mutant));
      }
    }
    System.out.printf(
        "%d of %d mutants, %s: %d noticed%n",
        outcomes.size(),
        mutants.size(),
        Seed.option(),
        outcomes.values().stream().filter(outcome -> !outcome.survived()).count());
    if (Effort.current() == Effort.LONG) {
      if (Golden.isUpdate()) {
        write(outcomes);
      }
      assertEquals(List.of(), explainedButNoticed(outcomes));
    }
    List<String> survivors =
        outcomes.values().stream()
            .filter(Examiner.Outcome::survived)
            .map(outcome -> outcome.mutant().name())
            .filter(name -> Explained.of(name).isEmpty())
            .toList();
    assertEquals(List.of(), survivors, Seed.option());
    assertTrue(outcomes.size() >= LEAST, "no sample: " + outcomes.size());
  }

  private static void write(Map<String, Examiner.Outcome> outcomes) throws IOException {
    MutantTable table = MutantTable.read();
    MutantTable.Column here =
        MutantTable.Column.here(HostSurvey.identity() instanceof Identity.Subordinate);
    table.update(here, Mutants.names(), outcomes);
    Files.writeString(MutantTable.FILE, table.render());
  }

  private static List<String> explainedButNoticed(Map<String, Examiner.Outcome> outcomes) {
    return outcomes.values().stream()
        .filter(outcome -> !outcome.survived())
        .filter(
            outcome ->
                Explained.of(outcome.mutant().name())
                    .map(explained -> !explained.where().equals("host"))
                    .orElse(false))
        .map(Examiner.Outcome::toString)
        .toList();
  }

  static Stream<Mutant> pairs() {
    return Pairs.all(Mutants.all()).stream();
  }

  /** What covers each other covers nothing when both are gone. */
  @ParameterizedTest
  @MethodSource("pairs")
  void pairsAreNoticed(Mutant pair) {
    Needs.machine("way to see it", Explained.of(pair.name()).map(Explained::reason));
    Examiner.Outcome outcome = new Examiner(DETECTORS).examine(pair);
    assertTrue(!outcome.survived(), outcome::toString);
  }
}
