/**
 * The native executor: a few hundred bytes of machine code, assembled in Java, that perform plans.
 *
 * <p>The executor is a static ELF file in a memfd. It starts with a control socket as descriptor
 * {@value dev.stockade.core.executor.Layout#CONTROL_FD} and a shared memory as descriptor {@value
 * dev.stockade.core.executor.Layout#ARENA_FD}, maps that memory at a fixed address and performs the
 * plan at its beginning. It knows four operations and nothing about sandboxes. This package is the
 * only user of the assemblers.
 */
@NullMarked
package dev.stockade.core.executor;

import org.jspecify.annotations.NullMarked;
