package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import java.util.ArrayList;
import java.util.List;

/** All mutants that can be made on this host. */
final class Mutants {
  private Mutants() {}

  /** Of every kind; those of plans from the plans that sandboxes of this host perform. */
  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(ofPlans());
    all.addAll(CgroupMutants.all());
    all.addAll(FilterMutants.all());
    return all;
  }

  static Mutant named(String name) {
    return ofPlans().stream()
        .filter(mutant -> mutant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no mutant " + name));
  }

  private static List<Mutant> ofPlans() {
    List<Mutant> all = new ArrayList<>(performed(Samples.DEFAULT));
    performed(Samples.STRICT).stream().filter(Mutants::isOfStrictAlone).forEach(all::add);
    performed(Samples.LOOPBACK).stream().filter(Mutants::isOfLoopbackAlone).forEach(all::add);
    return all;
  }

  /** The rest of the strict policy's plans are the default's with other numbers. */
  static boolean isOfStrictAlone(Mutant mutant) {
    return mutant.name().contains("MOUNT_ATTR_NOEXEC") && mutant.name().contains("fsmount");
  }

  /** The plans with a network of their own, where they have more than the default's. */
  static boolean isOfLoopbackAlone(Mutant mutant) {
    String name = mutant.name();
    return name.contains("clone3 without CLONE_NEWNET")
        || name.contains("AF_INET")
        || name.contains("socket");
  }

  private static List<Mutant> performed(String policy) {
    Recorder recorder = new Recorder();
    try (Bench bench = Bench.open(Samples.policy(policy), recorder)) {
      bench.run(RunRequest.command("true").file("a/b", "x").outputFile("a/b").build());
    }
    return PlanMutants.of(policy, recorder.plans());
  }
}
