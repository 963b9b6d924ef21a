package dev.stockade.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one plan cost.
 *
 * @param clockNanos what a reading of the clock cost in it, which is part of each step's figure;
 *     {@code null} when the clock could not be read
 */
public record PlanTiming(String name, @Nullable Long clockNanos, List<StepTiming> steps) {
  public PlanTiming {
    steps = List.copyOf(steps);
  }
}
