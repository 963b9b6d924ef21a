package dev.stockade.fuzz.mutation;

import dev.stockade.core.plan.Plan;
import dev.stockade.core.run.Alteration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes nothing and remembers the first plan of each name that was performed. */
public final class Recorder implements Alteration {
  private final Map<String, Plan> plans = new LinkedHashMap<>();

  @Override
  public synchronized Plan plan(Plan plan) {
    plans.putIfAbsent(plan.name(), plan);
    return plan;
  }

  public synchronized List<Plan> plans() {
    return List.copyOf(plans.values());
  }
}
