package dev.stockade.fuzz.mutation;

import dev.stockade.core.run.Alteration;
import java.util.List;

/**
 * What a program finds about itself, and what the host finds about zygote, init and program, in a
 * hostile inheritance.
 */
final class StateDetector implements Detector.OnBench {
  @Override
  public String name() {
    return "state";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.part() != Mutant.Part.FILTER && !mutant.policy().equals(Samples.STRICT);
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Surroundings.hostileInheritance(Samples.policy(mutant.policy()));
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) throws Exception {
    Broken broken = new Broken();
    HostPromises host = new HostPromises(bench.policy(), bench.hasTerminal(), broken);
    host.zygote(bench.zygote());
    host.init(bench.zygote(), bench.init());
    String ended =
        bench.watch(
            (seen, program) -> {
              new ProgramPromises(bench.policy(), bench.hasTerminal(), seen, broken).check();
              host.program(bench.zygote(), bench.init(), program);
            });
    if (ended != null) {
      broken.add(ended);
    } else {
      host.zygote(bench.zygote());
    }
    return broken.all();
  }
}
