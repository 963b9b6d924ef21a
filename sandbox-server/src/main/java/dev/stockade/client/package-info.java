/**
 * A client of the job server: {@link dev.stockade.client.StockadeClient}.
 *
 * <p>It follows the server's {@code openapi.yaml}, needs the JDK and Jackson databind alone, and
 * nothing else of Stockade: it is an artifact of its own, {@code sandbox-server} with the
 * classifier {@code client}. What the server does not know is {@code null}, never 0; times are
 * {@link java.time.Duration}, sizes are bytes and say so in their names, output is byte-exact.
 *
 * <p>Bad news comes in two kinds. {@link dev.stockade.client.ProblemException} is what the server
 * says is wrong, with the fields at fault; {@link java.io.IOException} says that no server answered
 * as the contract has it. A verdict is neither: it is a fact about the program.
 */
@NullMarked
package dev.stockade.client;

import org.jspecify.annotations.NullMarked;
