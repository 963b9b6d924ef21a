package dev.stockade.fuzz.mutation;

import dev.stockade.core.run.Alteration;
import java.util.List;

/** Looks at an altered sandbox for a promise that does not hold. */
interface Detector {
  /** As the table of mutants names it. */
  String name();

  /** Whether it can be expected to notice. */
  boolean suits(Mutant mutant);

  /** The promises that do not hold; an exception says that the sandbox does not run. */
  List<String> examine(Mutant mutant) throws Exception;

  /** A detector that looks at one sandbox, while that is open. */
  interface OnBench extends Detector {
    /**
     * What it needs besides: a hostile surrounding, or one layer less, so that the next one is
     * seen. Without a mutation, everything must hold in it.
     */
    Alteration surrounding(Mutant mutant);

    /** The promises that do not hold. */
    List<String> look(Bench bench, Mutant mutant) throws Exception;

    @Override
    default List<String> examine(Mutant mutant) throws Exception {
      try (Bench bench =
          Bench.open(
              mutant.policy(), Alterations.inOrder(mutant.alteration(), surrounding(mutant)))) {
        return look(bench, mutant);
      }
    }
  }
}
