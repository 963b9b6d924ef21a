/**
 * Plan mutation: the sandbox without one of its protections, for each of them, against detectors
 * that must notice.
 *
 * <p>{@link dev.stockade.fuzz.mutation.PlanMutants}, {@link
 * dev.stockade.fuzz.mutation.FilterMutants} and {@link dev.stockade.fuzz.mutation.CgroupMutants}
 * enumerate what can be taken away, from the plans as they are compiled; {@link
 * dev.stockade.fuzz.mutation.Detectors} look; {@code fuzz/mutants.md} is the outcome, written by
 * the long form of {@code MutationIT}.
 */
@NullMarked
package dev.stockade.fuzz.mutation;

import org.jspecify.annotations.NullMarked;
