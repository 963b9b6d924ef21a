/**
 * Workers: a fixed set of threads, a bounded queue before them, and the border to the sandbox.
 *
 * <p>Workers are platform threads, because a run blocks its thread in native code; event loops
 * never come here.
 */
@NullMarked
package dev.stockade.server.worker;

import org.jspecify.annotations.NullMarked;
