/**
 * Accepted jobs, written down: what a server has answered 202 to is here until its result is, and
 * the result is here until its time is over.
 *
 * <p>A job is {@linkplain dev.stockade.server.store.JobQueue#add added} once, {@linkplain
 * dev.stockade.server.store.JobQueue#claim claimed} by one server at a time for as long as that
 * server {@linkplain dev.stockade.server.store.JobQueue#renew renews} its lease, and {@linkplain
 * dev.stockade.server.store.JobQueue#finish finished} once: each claim has a number, and only the
 * newest one's result is taken. Calls may block; no event loop makes them.
 */
@NullMarked
package dev.stockade.server.store;

import org.jspecify.annotations.NullMarked;
