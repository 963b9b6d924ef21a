package dev.stockade.fuzz.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.testing.Golden;
import dev.stockade.core.testing.Needs;
import dev.stockade.core.testing.Seed;
import dev.stockade.fuzz.Effort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
 * Every protection is taken away once, and somebody notices, or it is explained why nobody can.
 *
 * <p>The short form takes as many as fit its time, in an order that a seed decides: {@code
 * -Dstockade.seed=N}. The long form takes all of them and writes {@code target/mutants.md}; with
 * {@code -Dgolden.update=true} also {@code mutants.md}.
 */
final class MutationIT {
  private static final List<Detector> DETECTORS =
      List.of(
          new StateDetector(),
          new LayersDetector(),
          new FilesDetector(),
          new HostileCallDetector(),
          new NoexecDetector(),
          new OrphanDetector(),
          new DeathDetector(),
          new CallDetector(),
          new I386Detector());

  private static final long BUDGET_NANOS = 35_000_000_000L;

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
        detector instanceof NoexecDetector
            ? List.of(Samples.STRICT)
            : List.of(Samples.DEFAULT, Samples.LOOPBACK);
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
    needsRootsEyes();
    List<Mutant> mutants = new ArrayList<>(Mutants.all());
    Collections.shuffle(mutants, new Random(Seed.current()));
    Examiner examiner = new Examiner(DETECTORS);
    Map<String, Examiner.Outcome> outcomes = new LinkedHashMap<>();
    long end = System.nanoTime() + BUDGET_NANOS;
    for (Mutant mutant : mutants) {
      if (Effort.current() == Effort.LONG || System.nanoTime() - end < 0) {
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
      write(outcomes);
      assertEquals(List.of(), explainedButNoticed(outcomes));
    }
    List<String> survivors =
        outcomes.values().stream()
            .filter(Examiner.Outcome::survived)
            .map(outcome -> outcome.mutant().name())
            .filter(name -> Explained.of(name).isEmpty())
            .toList();
    assertEquals(List.of(), survivors, Seed.option());
    assertTrue(outcomes.size() > 10, "too slow for a sample: " + outcomes.size());
  }

  /** What processes of other host ids have open, and how they end, is for root alone to see. */
  private static void needsRootsEyes() {
    Needs.machine(
        "sight of every process for an ordinary user",
        HostPromises.AS_ROOT ? Optional.empty() : Optional.of("mutants are examined as root"));
  }

  private static void write(Map<String, Examiner.Outcome> outcomes) throws IOException {
    String text = MutantTable.of(Mutants.names(), outcomes);
    Files.writeString(Path.of("target", "mutants.md"), text);
    if (Golden.isUpdate()) {
      Files.writeString(MutantTable.FILE, text);
    }
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
    needsRootsEyes();
    Examiner.Outcome outcome = new Examiner(DETECTORS).examine(pair);
    assertTrue(!outcome.survived(), outcome::toString);
  }
}
