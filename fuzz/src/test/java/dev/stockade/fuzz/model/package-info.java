/**
 * Programs whose behaviour is known, random limits, and an oracle that says what must come of it.
 */
@NullMarked
package dev.stockade.fuzz.model;

import org.jspecify.annotations.NullMarked;
