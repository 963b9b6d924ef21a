/**
 * The suite that attacks Stockade, and what its parts share.
 *
 * <p>{@link dev.stockade.server.selftest.Lesson} is the list of what has gone wrong in sandboxes
 * like this one; each line of it is held by attacks of the corpus ({@code fuzz/corpus}, package
 * {@code attack}) or by a test method that names it ({@link dev.stockade.fuzz.Holds}). Everything
 * runs behind the policies that are shipped, with a {@link dev.stockade.fuzz.Canary} on the host
 * that must not notice anything.
 */
@NullMarked
package dev.stockade.fuzz;

import org.jspecify.annotations.NullMarked;
