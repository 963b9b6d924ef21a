package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.run.Alteration;
import java.util.List;

/** A hostile call must end the run, by its name. */
final class HostileCallDetector implements Detector.OnBench {
  private static final String CALL = "bpf";

  @Override
  public String name() {
    return "hostile call";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.part() == Mutant.Part.PROGRAM;
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Alteration.NONE;
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) {
    RunResult result = CallDetector.run(bench, CALL);
    Broken broken = new Broken();
    broken.check("the verdict", Verdict.SECURITY_VIOLATION, result.verdict());
    broken.check("the call that is named", CALL, result.evidence().deniedSyscall());
    return broken.all();
  }
}
