package dev.stockade.server.api;

/**
 * One fault of a request.
 *
 * @param field the part at fault, as a path: {@code limits.memory}, {@code files["a/b"]}, {@code
 *     body}
 * @param message what is wrong with it, as a sentence without the field
 */
record FieldError(String field, String message) {}
