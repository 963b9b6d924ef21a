/**
 * The attack corpus as tests: {@code fuzz/corpus/attacks/*.yaml}, read and run by {@link
 * dev.stockade.server.selftest}, and the attacks that need two jobs or the whole table of system
 * calls.
 */
@NullMarked
package dev.stockade.fuzz.attack;

import org.jspecify.annotations.NullMarked;
