package dev.stockade.server.cli;

import dev.stockade.core.policy.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a program that was run.
 *
 * @param granted those that it had
 * @param ceilings the most that it may ask for
 * @param ofCompiler those of its compiler; {@code null} when it has none
 */
record RunLimits(Limits granted, Limits ceilings, @Nullable Limits ofCompiler) {}
