package dev.stockade.core.plan;

/**
 * A place in a datum that a step writes its result to, or that a later step loads.
 *
 * <p>Eight bytes are loaded. A 32-bit value, such as a descriptor in a control message, may be
 * loaded where the kernel takes an {@code int}: it ignores the upper half of the register.
 */
public record Slot(Datum datum, int offset) {}
