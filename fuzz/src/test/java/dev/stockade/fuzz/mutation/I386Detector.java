package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.run.Alteration;
import java.io.IOException;
import java.util.List;

/** A call through {@code int 0x80} ends with SIGSYS. */
final class I386Detector implements Detector.OnBench {
  @Override
  public String name() {
    return "i386 entry";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.name().equals("filter: allows the i386 entry") && isThere();
  }

  /** Outside, getpid(2) through it works; some kernels have none. */
  static boolean isThere() {
    try {
      return Outside.probe("i386").equals("done\n");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Alteration.NONE;
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) {
    RunResult result =
        bench.run(
            RunRequest.command("./probe", "i386").executable("probe", Probe.program()).build());
    Broken broken = new Broken();
    broken.check("the verdict", Verdict.SECURITY_VIOLATION, result.verdict());
    broken.check("the signal", 31, result.signal());
    return broken.all();
  }
}
