package dev.stockade.server.bench;

/**
 * What one step of a run costs.
 *
 * @param phase what the step belongs to
 * @param nanos time from the step before to this one
 */
public record StepCost(String phase, String step, long nanos) {}
