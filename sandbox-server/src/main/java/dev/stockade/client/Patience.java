package dev.stockade.client;

import java.io.IOException;
import java.time.Duration;

/**
 * How often what only reads is tried again when no answer came, or the server said that it is busy.
 *
 * @param attempts failures in a row after which it is given up
 * @param pause between two attempts, where the server does not ask for another
 */
record Patience(int attempts, Duration pause) {
  /**
   * @param failures those in a row, this one included
   */
  boolean goesOn(int failures, Throwable failure) {
    return failures < attempts
        && (failure instanceof IOException
            || (failure instanceof ProblemException problem && problem.isPassing()));
  }

  Duration pauseAfter(Throwable failure) {
    return failure instanceof ProblemException problem && problem.retryAfter() != null
        ? problem.retryAfter()
        : pause;
  }
}
