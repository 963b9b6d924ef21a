package dev.stockade.core;

import dev.stockade.core.plan.Phase;
import org.jspecify.annotations.Nullable;

/**
 * What one step of a plan cost.
 *
 * @param index the step's number in its plan, from 0
 * @param text the system call, as people read it
 * @param nanos median, with one reading of the clock in it; {@code null} when unknown
 * @param unknown why it is not known, or {@code null}
 */
public record StepTiming(
    int index,
    Phase phase,
    String text,
    Moment moment,
    @Nullable Long nanos,
    @Nullable String unknown) {}
