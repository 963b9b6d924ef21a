/**
 * Attacks on the sandbox, each a test.
 *
 * <p>{@link dev.stockade.fuzz.Lesson} is the list of what has gone wrong in sandboxes like this
 * one; each line of it is held by attacks in the corpus ({@link dev.stockade.fuzz.Attack}) or by a
 * test method that names it. The attacks run behind the policies that are shipped, with a canary on
 * the host ({@link dev.stockade.fuzz.Canary}) that must not notice anything.
 */
@NullMarked
package dev.stockade.fuzz;

import org.jspecify.annotations.NullMarked;
