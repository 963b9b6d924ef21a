package dev.stockade.server.store;

import java.time.Instant;
import java.util.Objects;

/**
 * A job that a server has taken.
 *
 * @param submitter who sent the job
 * @param attempt number of the claim; every claim of a job has a higher one
 * @param takeovers servers that had claimed it and died
 * @param cancelAsked whether somebody wanted it cancelled when it ran before
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
public record Claim(
    String id,
    String submitter,
    String owner,
    int attempt,
    int takeovers,
    boolean cancelAsked,
    byte[] request,
    Instant createdAt) {
  /** The claim of a job that was added claimed. */
  public static Claim of(NewJob job, int attempt) {
    return new Claim(
        job.id(),
        job.submitter(),
        Objects.requireNonNull(job.owner()),
        attempt,
        0,
        false,
        job.request(),
        job.createdAt());
  }
}
