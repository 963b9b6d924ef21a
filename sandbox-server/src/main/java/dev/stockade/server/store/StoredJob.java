package dev.stockade.server.store;

import dev.stockade.server.job.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is in the store, or as it would be: lists have others too.
 *
 * @param submitter who sent it
 * @param language id of its language; {@code null} where it has none, or was accepted by a server
 *     that did not write it down
 * @param document the job as clients see it, as it was when it was accepted or when it had run;
 *     {@code null} where it was not asked for
 * @param callback {@code null} when nobody is told of its end
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
public record StoredJob(
    String id,
    String submitter,
    @Nullable String language,
    JobState state,
    @Nullable String verdict,
    int priority,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    byte @Nullable [] document,
    @Nullable CallbackProgress callback) {}
