package dev.stockade.server.job;

import org.jspecify.annotations.Nullable;

/**
 * A request as it came.
 *
 * @param body what {@link JobCodec#request} makes the request of
 * @param priority how many minutes of waiting it is ahead of a job of the same submitter with 0
 * @param submitter who asks; empty where the server does not tell its clients apart
 * @param idempotencyKey the client's own name of the job; {@code null} without one
 * @param callback URL that is told of the job's end; {@code null}: nobody is
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; submissions are never compared
public record Submission(
    JobRequest request,
    byte[] body,
    int priority,
    String submitter,
    @Nullable String idempotencyKey,
    @Nullable String callback) {
  /** The least and the most. */
  public static final int LEAST_PRIORITY = -10;

  public static final int MOST_PRIORITY = 10;

  /** Whether it goes on whatever becomes of its client: the store has to know of it. */
  public boolean isKept() {
    return idempotencyKey != null || callback != null;
  }
}
