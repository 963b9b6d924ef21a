/**
 * The system-call fuzzer: random plans as the program inside the sandbox.
 *
 * <p>The executor that sets the sandbox up is also the payload, see {@link
 * dev.stockade.core.executor.Executor#payload()}: it performs a random list of system calls with
 * typed arguments and leaves the result of each in a file of the workspace. {@link CallFuzzIT}
 * makes the lists and {@link Oracles} judges what became of the runs; {@code fuzz/corpus/calls}
 * keeps the lists that once found something, and those that somebody thought of.
 */
@NullMarked
package dev.stockade.fuzz.calls;

import org.jspecify.annotations.NullMarked;
