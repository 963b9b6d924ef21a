/**
 * The HTTP interface, exactly as {@code openapi.yaml} describes it.
 *
 * <p>The way of a request: {@link dev.stockade.server.api.EdgeGuard} (may it come in at all?),
 * {@link dev.stockade.server.api.RequestReader} (bounded body, strict JSON, {@link
 * dev.stockade.server.api.JobParser}), validation against the contract by vertx-openapi, a handler.
 * Every failure ends in {@link dev.stockade.server.api.ProblemWriter}. Event loops only move bytes:
 * JSON is read and written on Vert.x worker threads, jobs run on threads of their own.
 *
 * <p>{@link dev.stockade.server.api.ResultJson} is also the command line's, so that one result
 * looks the same everywhere.
 */
@NullMarked
package dev.stockade.server.api;

import org.jspecify.annotations.NullMarked;
