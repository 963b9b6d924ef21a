package dev.stockade.server.store;

import org.jspecify.annotations.Nullable;

/**
 * How far the telling of a job's end is.
 *
 * @param attempts requests begun
 * @param lastStatus HTTP status of the newest answer; {@code null} when none has come
 */
public record CallbackProgress(State state, int attempts, @Nullable Integer lastStatus) {
  /** Whether there will be another attempt. */
  public enum State {
    /** The job has not ended, or the next attempt is to come. */
    WAITING,
    DELIVERED,
    /** No attempt follows. */
    GIVEN_UP
  }
}
