package dev.stockade.client;

/**
 * One part of a request that is at fault.
 *
 * @param field its path, such as {@code limits.memory} or {@code tests[2].expected}
 * @param message what is wrong with it, for people
 */
public record FieldError(String field, String message) {}
