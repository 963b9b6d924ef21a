/**
 * Faults: each system call of each plan fails with each errno that its manual page lists, each
 * process ends at each of its steps; only that run is lost, and reported.
 */
@NullMarked
package dev.stockade.fuzz.fault;

import org.jspecify.annotations.NullMarked;
