package dev.stockade.client;

import org.jspecify.annotations.Nullable;

/**
 * How far the server is with telling somebody of a job's end.
 *
 * @param attempts requests begun
 * @param lastStatus HTTP status of the newest answer; {@code null} when none has come
 */
public record CallbackProgress(State state, int attempts, @Nullable Integer lastStatus) {
  /** Whether it is over, and how. */
  public enum State {
    /** Until the job has ended, and between attempts. */
    WAITING,
    DELIVERED,
    GIVEN_UP
  }
}
