/**
 * What a run costs, measured: the sandbox beside no sandbox at all and beside its peers, in one
 * process and in turns, so that all meet the same noise.
 *
 * <p>{@link dev.stockade.server.bench.Bench} measures and returns a {@link
 * dev.stockade.server.bench.BenchReport}, which is data; text, JSON and the page are made of it.
 */
@NullMarked
package dev.stockade.server.bench;

import org.jspecify.annotations.NullMarked;
