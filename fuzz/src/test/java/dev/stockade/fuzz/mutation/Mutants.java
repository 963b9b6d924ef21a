package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.CgroupEntry;
import dev.stockade.core.compile.FilePlan;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.JobPlan;
import dev.stockade.core.compile.PlanCases;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.compile.SpawnPlan;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.Alteration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All mutants that can be made on this host. */
final class Mutants {
  private static final String NOTHING = "nothing";

  private Mutants() {}

  /** A sandbox with all its protections. */
  static Mutant nothing(String policy) {
    return Mutant.of(NOTHING, Mutant.Part.ZYGOTE, policy, Alteration.NONE);
  }

  /** Of every kind; those of plans from the plans that sandboxes of this host perform. */
  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(ofPlans());
    all.addAll(CgroupMutants.all());
    all.addAll(FilterMutants.all());
    return all;
  }

  static Mutant named(String name) {
    if (name.equals(NOTHING)) {
      return nothing(Samples.DEFAULT);
    }
    List<Mutant> all = ofPlans();
    return Stream.concat(all.stream(), Pairs.all(all).stream())
        .filter(mutant -> mutant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no mutant " + name));
  }

  private static List<Mutant> ofPlans() {
    List<Mutant> all = new ArrayList<>(performed(Samples.DEFAULT));
    Set<String> ofDefault = namesOf(all);
    performed(Samples.STRICT).stream().filter(Mutants::isOfStrictAlone).forEach(all::add);
    performed(Samples.LOOPBACK).stream().filter(Mutants::isOfLoopbackAlone).forEach(all::add);
    performed(Samples.PINNED).stream().filter(Mutants::isOfPinnedAlone).forEach(all::add);
    performed(Samples.TERMINAL).stream()
        .filter(mutant -> isOfTerminalAlone(mutant, ofDefault))
        .forEach(all::add);
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

  static boolean isOfPinnedAlone(Mutant mutant) {
    return mutant.name().contains("sched_setaffinity");
  }

  /** Whatever the default's plans do not have under the same name. */
  static boolean isOfTerminalAlone(Mutant mutant, Set<String> ofDefault) {
    return !ofDefault.contains(mutant.name().substring((Samples.TERMINAL + ", ").length()));
  }

  private static Set<String> namesOf(List<Mutant> mutants) {
    return mutants.stream().map(Mutant::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The names of all mutants on any host, with any kind of identity: from plans that are compiled
   * for hosts that need not be there.
   */
  static Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (Identity identity : List.of(PlanCases.OWN, PlanCases.DROPPED, PlanCases.SUBORDINATE)) {
      Set<String> ofDefault =
          namesOf(PlanMutants.of(Samples.DEFAULT, compiled(Samples.DEFAULT, identity)));
      names.addAll(ofDefault);
      for (String policy :
          List.of(Samples.STRICT, Samples.LOOPBACK, Samples.PINNED, Samples.TERMINAL)) {
        for (Mutant mutant : PlanMutants.of(policy, compiled(policy, identity))) {
          if ((policy.equals(Samples.STRICT) && isOfStrictAlone(mutant))
              || (policy.equals(Samples.LOOPBACK) && isOfLoopbackAlone(mutant))
              || (policy.equals(Samples.PINNED) && isOfPinnedAlone(mutant))
              || (policy.equals(Samples.TERMINAL) && isOfTerminalAlone(mutant, ofDefault))) {
            names.add(mutant.name());
          }
        }
      }
    }
    CgroupMutants.all().forEach(mutant -> names.add(mutant.name()));
    FilterMutants.all().forEach(mutant -> names.add(mutant.name()));
    return names;
  }

  private static List<Plan> compiled(String name, Identity identity) {
    Policy policy = Samples.policy(name);
    Awaiting zygote = ZygotePlan.compile(policy, PlanCases.DEBIAN, identity);
    InitPlan.MemoryRange memory =
        new InitPlan.MemoryRange(Layout.FIRST_JOB, Layout.FIRST_JOB + Layout.JOB_SIZE);
    JobPlan job =
        InitPlan.compile(
            policy,
            PlanCases.DEBIAN,
            identity,
            CgroupEntry.by(4),
            PlanCases.FILTER,
            Samples.isPinned(name),
            Samples.hasTerminal(name),
            memory);
    Plan spawn = SpawnPlan.compile(policy, zygote, 0).awaiting().plan();
    RunPlan run = RunPlan.compile(List.of(new byte[] {'/'}), policy.environment());
    List<FilePlan> files =
        List.of(
            FilePlan.folders(zygote, List.of("a")),
            FilePlan.create(zygote, List.of(new FilePlan.NewFile("a/b", 0644))),
            FilePlan.open(zygote, List.of("a/b")));
    List<Plan> plans =
        new ArrayList<>(List.of(zygote.plan(), spawn, job.init(), job.payload(), run.plan()));
    files.forEach(file -> plans.add(file.awaiting().plan()));
    return plans;
  }

  private static List<Mutant> performed(String policy) {
    return PlanMutants.of(policy, performedPlans(policy));
  }

  /** The plans of a run with files. */
  static List<Plan> performedPlans(String policy) {
    Recorder recorder = new Recorder();
    try (Bench bench = Bench.open(policy, recorder)) {
      bench.run(RunRequest.command("true").file("a/b", "x").outputFile("a/b").build());
    }
    return recorder.plans();
  }
}
