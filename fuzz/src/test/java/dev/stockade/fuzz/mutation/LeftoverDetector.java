package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import dev.stockade.core.run.Alteration;
import java.util.List;

/**
 * A program that leaves a process behind has ended when it has ended; its init ends the process.
 */
final class LeftoverDetector implements Detector.OnBench {
  @Override
  public String name() {
    return "leftover";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.name().contains("init: without kill(") || mutant.name().contains("wait4");
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Alteration.NONE;
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) {
    Broken broken = new Broken();
    var result =
        bench.run(RunRequest.command("sh", "-c", "sleep 100 <&- >&- 2>&- & exit 7").build());
    broken.check("what ended it", null, result.evidence().killedFor());
    broken.check("the exit status", (Integer) 7, result.exitCode());
    return broken.all();
  }
}
