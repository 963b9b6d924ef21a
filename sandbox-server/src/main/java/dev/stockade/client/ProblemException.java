package dev.stockade.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's answer is a problem: the request, the token or the server is at fault. Never thrown
 * for a verdict.
 */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final @Nullable Duration retryAfter;

  ProblemException(Problem problem, @Nullable Duration retryAfter) {
    super(problem.status() + " " + problem.title() + ": " + problem.detail());
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** All that the server said. */
  public Problem problem() {
    return problem;
  }

  /** The HTTP status, 400 to 599. */
  public int status() {
    return problem.status();
  }

  /** What kind of problem it is, for people. */
  public String title() {
    return problem.title();
  }

  /** Every part of the request at fault; empty when it is not the request. */
  public List<FieldError> errors() {
    return problem.errors();
  }

  /** After which time it is worth trying again; {@code null} where the server does not say so. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Whether the same request may well succeed a little later. */
  boolean isPassing() {
    return status() == 429 || status() == 503;
  }
}
