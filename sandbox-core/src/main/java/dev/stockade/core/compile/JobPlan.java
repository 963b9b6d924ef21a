package dev.stockade.core.compile;

import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import org.jspecify.annotations.Nullable;

/**
 * What of a job is made ahead of the request.
 *
 * @param init what PID 1 does: its first step and all after it
 * @param payload what its child does until the request names a program
 * @param status where the program's wait status stands when the init has said {@link
 *     InitPlan#GONE}; before, that of any other process that init has waited for
 * @param involuntarySwitches where {@code ru_nivcsw} of the same process stands, getrusage(2)
 * @param processorMask where the server puts the processors that the payload will keep to, a bit
 *     each, sched_setaffinity(2); {@code null} when it goes to any
 */
public record JobPlan(
    Plan init, Plan payload, Slot status, Slot involuntarySwitches, @Nullable Slot processorMask) {}
