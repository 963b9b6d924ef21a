package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunResult;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.Rule;
import dev.stockade.core.run.Alteration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A policy that allows {@code clone3} allows it to nobody: what the default denies by name stays
 * denied. Where no policy says so, a rule for its sibling {@code clone} denies it already.
 */
final class GenerousDetector implements Detector.OnBench {
  private static final String CALL = "clone3";

  @Override
  public String name() {
    return "generous policy";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.part() == Mutant.Part.FILTER
        && mutant.policy().equals(Samples.DEFAULT)
        && mutant.calls().isEmpty();
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Alterations.rules(
        was -> {
          List<Rule> rules = new ArrayList<>(was.rules());
          rules.add(new Rule(new SeccompRules.Allow(), List.of(CALL), List.of()));
          return new SeccompRules(was.defaultErrno(), rules);
        });
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) {
    RunResult result = CallDetector.run(bench, CALL);
    Broken broken = new Broken();
    String said = new String(result.stdout().bytes(), StandardCharsets.UTF_8);
    broken.check(CALL, "ENOSYS", said.strip());
    return broken.all();
  }
}
