/**
 * Languages: how a source text becomes a program, and how the program is started.
 *
 * <p>A {@link dev.stockade.server.language.Recipe} is what is known of a language anywhere: which
 * programs serve it, which commands compile and run it, which settings tell its runtime the
 * processors and the memory that a run was given. {@link
 * dev.stockade.server.language.HostLanguages} looks, inside the sandbox, which recipes work on this
 * host. Nothing here runs anything outside of a sandbox.
 */
@NullMarked
package dev.stockade.server.language;

import org.jspecify.annotations.NullMarked;
