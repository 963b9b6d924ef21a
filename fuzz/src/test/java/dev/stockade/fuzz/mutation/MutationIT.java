package dev.stockade.fuzz.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.run.Alteration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every protection is taken away once, and somebody notices. */
final class MutationIT {
  private static final List<Detector> ALL =
      List.of(
          new StateDetector(),
          new LayersDetector(),
          new FilesDetector(),
          new HostileCallDetector(),
          new OrphanDetector(),
          new DeathDetector(),
          new NoexecDetector(),
          new CallDetector());

  @Test
  void withoutAMutationEveryPromiseHolds() {
    for (String policy : List.of(Samples.DEFAULT, Samples.STRICT_CALLS, Samples.LOOPBACK)) {
      Mutant nothing = Mutant.of("nothing", Mutant.Part.ZYGOTE, policy, Alteration.NONE);
      for (Detector detector : ALL) {
        assertEquals(List.of(), Examiner.look(detector, nothing), policy + " " + detector.name());
      }
    }
  }

  @Test
  void everyMutantIsNoticed() {
    List<Mutant> mutants = new java.util.ArrayList<>(Mutants.all());
    mutants.removeIf(
        m ->
            m.name().contains("rt_sigaction")
                || m.name().contains("CAPBSET")
                || m.name().contains("O_CLOEXEC"));
    List<String> survivors = new ArrayList<>();
    for (Mutant mutant : mutants) {
      long start = System.nanoTime();
      Examiner.Outcome outcome = new Examiner(ALL).examine(mutant);
      System.out.println((System.nanoTime() - start) / 1000000 + " ms " + outcome);
      if (outcome.survived()) {
        survivors.add(mutant.name());
      }
    }
    assertEquals(List.of(), survivors);
  }
}
