package dev.stockade.core.run;

import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.FilePlan;
import dev.stockade.core.compile.JobPlan;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.compile.SpawnPlan;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;

/** Plans after an {@link Alteration}, with the plans of children in them; as they were for NONE. */
final class Altered {
  private Altered() {}

  static Awaiting by(Alteration alteration, Awaiting awaiting) {
    return alteration == Alteration.NONE
        ? awaiting
        : new Awaiting(plan(alteration, awaiting.plan()), awaiting.descriptors());
  }

  static SpawnPlan by(Alteration alteration, SpawnPlan spawn) {
    return alteration == Alteration.NONE
        ? spawn
        : new SpawnPlan(by(alteration, spawn.awaiting()), spawn.pid());
  }

  static FilePlan by(Alteration alteration, FilePlan files) {
    return alteration == Alteration.NONE
        ? files
        : new FilePlan(by(alteration, files.awaiting()), files.results(), files.stats());
  }

  static RunPlan by(Alteration alteration, RunPlan run) {
    return alteration == Alteration.NONE
        ? run
        : new RunPlan(plan(alteration, run.plan()), run.attempts());
  }

  static JobPlan by(Alteration alteration, JobPlan job) {
    if (alteration == Alteration.NONE) {
      return job;
    }
    Plan init = plan(alteration, job.init());
    for (Step step : init.steps()) {
      if (step instanceof Step.Spawn spawn) {
        return new JobPlan(
            init, spawn.child(), job.status(), job.involuntarySwitches(), job.processorMask());
      }
    }
    throw new IllegalArgumentException("an alteration left no payload in " + init);
  }

  private static Plan plan(Alteration alteration, Plan plan) {
    return alteration.plan(
        plan.withSteps(plan.steps().stream().map(step -> step(alteration, step)).toList()));
  }

  private static Step step(Alteration alteration, Step step) {
    return step instanceof Step.Spawn spawn
        ? new Step.Spawn(
            spawn.phase(),
            spawn.arguments(),
            spawn.flags(),
            plan(alteration, spawn.child()),
            spawn.pid())
        : step;
  }
}
