/**
 * The child side as data: an immutable list of system calls that a native executor performs.
 *
 * <p>Java decides everything before the child exists: which calls, with which arguments, which
 * errnos are tolerated. The child goes through the list in a straight line; the first failure ends
 * it and is reported as (step, errno), to which {@link dev.stockade.core.plan.Plan} knows the
 * words. A plan can be printed, compared with a golden file, checked by properties, interpreted in
 * Java and mutated, all without a kernel.
 */
@NullMarked
package dev.stockade.core.plan;

import org.jspecify.annotations.NullMarked;
