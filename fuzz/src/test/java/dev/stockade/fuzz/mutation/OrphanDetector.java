package dev.stockade.fuzz.mutation;

import dev.stockade.core.AlteredSandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.run.EndedFromOutsideException;
import dev.stockade.fuzz.CompiledFilters;
import java.util.List;

/**
 * A zygote that ends at the very moment at which an init was made leaves nothing behind. The
 * examiner sees what is left.
 */
final class OrphanDetector implements Detector {
  @Override
  public String name() {
    return "orphan";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.name().contains("make an init");
  }

  /** Before it has stored the pid that clone3(2) returned: only the kernel has written it. */
  private static final Alteration ENDS_AFTER_CLONE =
      Alterations.steps(
          "make an init",
          steps -> {
            Step.Spawn spawn = (Step.Spawn) steps.get(0);
            Slot elsewhere = Datum.space(8, "pid that nobody reads").slot(0);
            return List.of(
                new Step.Spawn(
                    spawn.phase(), spawn.arguments(), spawn.flags(), spawn.child(), elsewhere),
                Plan.builder("end")
                    .phase(Phase.SERVE)
                    .call("exit_group", Word.of(9))
                    .build()
                    .steps()
                    .get(0));
          });

  @Override
  public List<String> examine(Mutant mutant) {
    try {
      Policy policy = Samples.policy(mutant.policy());
      Alteration both = Alterations.inOrder(mutant.alteration(), ENDS_AFTER_CLONE);
      AlteredSandbox.open(policy, new SandboxOptions(1, 0), CompiledFilters.known(policy, both))
          .close();
      return List.of("it runs without a zygote");
    } catch (EndedFromOutsideException e) {
      return List.of(); // as it must be; what counts is what is left
    }
  }
}
