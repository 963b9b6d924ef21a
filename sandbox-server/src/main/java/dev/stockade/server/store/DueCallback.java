package dev.stockade.server.store;

/**
 * An end that is to be told now.
 *
 * @param job with its document
 * @param attempt number of this attempt, from 1
 */
public record DueCallback(StoredJob job, String url, int attempt) {}
