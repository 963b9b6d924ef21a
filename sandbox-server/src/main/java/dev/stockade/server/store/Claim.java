package dev.stockade.server.store;

import java.time.Instant;

/**
 * A job that a server has taken.
 *
 * @param submitter whose job it is
 * @param attempt number of the claim; every claim of a job has a higher one
 * @param takeovers servers that had claimed it and died
 * @param cancelAsked whether somebody wanted it cancelled when it ran before
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
public record Claim(
    String id,
    String owner,
    String submitter,
    int attempt,
    int takeovers,
    boolean cancelAsked,
    byte[] request,
    Instant createdAt) {}
