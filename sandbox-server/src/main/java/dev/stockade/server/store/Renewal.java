package dev.stockade.server.store;

import java.util.List;

/**
 * What a server learns when it renews its claims.
 *
 * @param cancelAsked ids of those of its jobs that somebody wants cancelled
 * @param lost claims that are not the newest of their jobs any more, or whose jobs have ended
 */
public record Renewal(List<String> cancelAsked, List<Claim> lost) {}
