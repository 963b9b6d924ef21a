package dev.stockade.server.store;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job about to be accepted.
 *
 * @param request as the client sent it
 * @param document the job as clients see it
 * @param digest of what the client sent; the same for the same
 * @param language id of its language; {@code null} for a command, and for several programs
 * @param key the client's own name of the job, one for each submitter
 * @param submitter shares the workers fairly with the others
 * @param owner the server that runs it already; {@code null} when it waits
 * @param startedAt when it began to run; {@code null} when it has not
 * @param callback URL that is told of its end; {@code null}: nobody is
 * @param files hashes of stored files that stay until it has ended, where the store keeps files too
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
public record NewJob(
    String id,
    byte[] request,
    byte[] document,
    String digest,
    int priority,
    String submitter,
    @Nullable String language,
    @Nullable String key,
    @Nullable String owner,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable String callback,
    Set<String> files) {
  private static final long MICROS_PER_PRIORITY = 60_000_000;

  /**
   * Jobs of a submitter with less are taken first: a point of priority is worth a minute of
   * waiting.
   */
  long turn() {
    return Micros.of(createdAt) - MICROS_PER_PRIORITY * priority;
  }
}
