package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.run.Alteration;
import java.util.List;

/** Under the strict policy a program that was just written cannot be executed. */
final class NoexecDetector implements Detector.OnBench {
  @Override
  public String name() {
    return "noexec";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.policy().equals(Samples.STRICT);
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Alteration.NONE;
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) {
    try {
      var result =
          bench.run(
              RunRequest.command("./probe", "call").executable("probe", Probe.program()).build());
      return List.of("what was just written is executed: " + result.verdict());
    } catch (InvalidRequestException e) {
      Broken broken = new Broken();
      broken.check("the reason", "command: it is not an executable file", e.getMessage());
      return broken.all();
    }
  }
}
