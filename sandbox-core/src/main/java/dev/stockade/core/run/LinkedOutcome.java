package dev.stockade.core.run;

import org.jspecify.annotations.Nullable;

/**
 * What came of one program of a linked job.
 *
 * @param job {@code null} when the program was not started
 * @param notStarted why it was not; {@code null} when it was
 */
public record LinkedOutcome(@Nullable JobOutcome job, @Nullable NotStarted notStarted) {
  /** Why a program was not started. */
  public enum NotStarted {
    /** The program whose listening it waited for had ended, and nobody listened. */
    AWAITED_ENDED,
    /** It is a service, and every program that is none had ended. */
    NOT_NEEDED
  }
}
