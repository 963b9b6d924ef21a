package dev.stockade.server.store;

import dev.stockade.server.job.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended.
 *
 * @param verdict {@code null} unless it is done
 * @param startedAt {@code null} when it never began to run
 * @param document the job as clients see it
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
public record Ending(
    JobState state,
    @Nullable String verdict,
    @Nullable Instant startedAt,
    Instant finishedAt,
    byte[] document) {
  public Ending {
    if (!state.isFinal()) {
      throw new IllegalArgumentException(state + " is no end");
    }
  }
}
