/**
 * Attacks as data, and what runs them: the quick ones on the user's own host ({@code stockade
 * selftest}, {@code /readyz}), all of them in the suite in {@code fuzz/}.
 *
 * <p>An attack file is YAML ({@link dev.stockade.server.selftest.AttackReader} knows every key). An
 * {@link dev.stockade.server.selftest.Attack} is held when verdict, evidence, output and every
 * {@link dev.stockade.server.selftest.Canary} on the host are as written.
 */
@NullMarked
package dev.stockade.server.selftest;

import org.jspecify.annotations.NullMarked;
