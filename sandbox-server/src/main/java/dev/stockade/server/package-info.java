/**
 * The job server: programs in by HTTP, verdicts with their evidence out.
 *
 * <p>{@link dev.stockade.server.StockadeServer} wires the parts: {@code api} speaks HTTP on Vert.x
 * event loops and never blocks them, {@code worker} runs jobs on threads of its own, {@code job} is
 * what both talk about, {@code observe} says whether the server can do its work.
 */
@NullMarked
package dev.stockade.server;

import org.jspecify.annotations.NullMarked;
