package dev.stockade.server.api;

import dev.stockade.core.policy.ByteSize;
import java.time.Duration;

/**
 * What a request may take of the server.
 *
 * @param maxBody largest body
 * @param maxHeldInput all bodies together, from their first byte until their job has ended
 * @param bodyTime time for a body to arrive
 * @param maxWait longest {@code ?wait=}
 */
public record Bounds(
    ByteSize maxBody, ByteSize maxHeldInput, Duration bodyTime, Duration maxWait) {}
