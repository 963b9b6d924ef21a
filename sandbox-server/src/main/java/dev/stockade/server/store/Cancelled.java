package dev.stockade.server.store;

import dev.stockade.server.job.JobState;

/**
 * What became of a wish to cancel a job.
 *
 * @param state of the job now
 * @param byThis whether this wish ended it
 */
public record Cancelled(JobState state, boolean byThis) {}
