package dev.stockade.server.api;

import java.util.ArrayList;
import java.util.List;

/** Collects the faults of one request, in the order in which they are found, up to a limit. */
final class FieldErrors {
  private static final int MOST = 20;

  private final List<FieldError> errors = new ArrayList<>();

  void add(String field, String message) {
    if (errors.size() < MOST) {
      errors.add(new FieldError(field, message));
    }
  }

  boolean isEmpty() {
    return errors.isEmpty();
  }

  List<FieldError> all() {
    return List.copyOf(errors);
  }

  /** Refuses the request if there was any fault. */
  void throwIfAny() {
    if (!errors.isEmpty()) {
      throw new ProblemException(Problem.badRequest(errors));
    }
  }
}
