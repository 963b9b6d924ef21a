package dev.stockade.server.store;

import dev.stockade.server.job.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs are listed.
 *
 * @param state only these; {@code null} for all
 * @param verdict only these; {@code null} for all
 * @param submitter only theirs; {@code null} for all
 * @param after only those that follow it; {@code null} from the first
 * @param limit at most this many
 */
public record JobFilter(
    @Nullable JobState state,
    @Nullable String verdict,
    @Nullable String submitter,
    @Nullable Place after,
    int limit) {
  /** A place in the order, newest first. */
  public record Place(Instant createdAt, String id) {
    /** As clients pass it on; they need not understand it. */
    public String text() {
      return Micros.of(createdAt) + "-" + id;
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Place parse(String text) {
      int dash = text.indexOf('-');
      if (dash <= 0) {
        throw new IllegalArgumentException("is not the next of a page");
      }
      try {
        return new Place(
            Micros.instant(Long.parseLong(text.substring(0, dash))), text.substring(dash + 1));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("is not the next of a page", e);
      }
    }
  }
}
