package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.run.Alteration;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Counts the processors that a pinned run may use. */
final class ProcessorsDetector implements Detector.OnBench {
  @Override
  public String name() {
    return "processors";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.part() != Mutant.Part.FILTER && Samples.isPinned(mutant.policy());
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Alteration.NONE;
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) {
    RunResult result =
        bench.run(RunRequest.command("grep", "^Cpus_allowed:", "/proc/self/status").build());
    String line = new String(result.stdout().bytes(), StandardCharsets.US_ASCII);
    String mask = line.replaceFirst("^Cpus_allowed:", "").replaceAll("[,\\s]", "");
    Broken broken = new Broken();
    broken.check("an answer", true, !mask.isEmpty());
    broken.check("processors", 1, mask.isEmpty() ? 0 : new BigInteger(mask, 16).bitCount());
    return broken.all();
  }
}
