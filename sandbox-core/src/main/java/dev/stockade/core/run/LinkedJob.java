package dev.stockade.core.run;

import dev.stockade.core.fault.InvalidRequestException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Several jobs in one network namespace, which is made for them and gone with them; each in a slot
 * that is made for it as well. They begin in their order.
 */
public final class LinkedJob {
  /**
   * One of the jobs.
   *
   * @param pool where it runs, in a slot besides those that the pool has
   * @param isService whether it is dismissed when every job that is no service has ended
   * @param after what it waits for; {@code null}: only for the jobs before it to begin
   */
  public record Member(SlotPool pool, JobOrder order, boolean isService, @Nullable After after) {}

  /**
   * A job begins when somebody listens on a TCP port.
   *
   * @param member the index of an earlier job; when that ends before, it is waited no longer
   */
  public record After(int member, int port) {}

  private LinkedJob() {}

  /**
   * Runs them until all have ended. All once, and all again when one was ended from outside before
   * anybody could notice.
   *
   * @param canceller is given the way to end all early
   * @return what came of each, in their order
   * @throws InvalidRequestException naming {@code programs[i]} first in its field
   */
  public static List<LinkedOutcome> run(List<Member> members, Consumer<Runnable> canceller) {
    for (boolean isSecond = false; ; isSecond = true) {
      try (LinkedAttempt attempt = LinkedAttempt.prepare(members)) {
        try {
          return attempt.run(canceller);
        } catch (EndedFromOutsideException e) {
          if (isSecond || attempt.hasPassedOnOutput()) {
            throw e;
          }
        }
      }
    }
  }
}
