/**
 * Callbacks: the server tells whoever a job names of the job's end.
 *
 * <p>What is to be told is in the {@linkplain dev.stockade.server.store store} with the job, so
 * that it outlives the server, and is told at least once or given up. Only {@linkplain
 * dev.stockade.server.callback.CallbackTargets hosts that the operator lists} are told, and by
 * default only at public addresses: a client must not reach by the server what it cannot reach
 * itself.
 */
@NullMarked
package dev.stockade.server.callback;

import org.jspecify.annotations.NullMarked;
