package dev.stockade.server.store;

import dev.stockade.server.job.JobState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
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
  /** By the microsecond, as a {@link Place} is passed on: what came within one has an order too. */
  private static final Comparator<StoredJob> NEWEST_FIRST =
      Comparator.comparingLong((StoredJob job) -> Micros.of(job.createdAt()))
          .thenComparing(StoredJob::id)
          .reversed();

  /** Those of these jobs that are listed, newest first. */
  public List<StoredJob> page(Stream<StoredJob> jobs) {
    return jobs.filter(this::lists).sorted(NEWEST_FIRST).limit(limit).toList();
  }

  private boolean lists(StoredJob job) {
    return (state == null || state == job.state())
        && (verdict == null || verdict.equals(job.verdict()))
        && (submitter == null || submitter.equals(job.submitter()))
        && (after == null || after.isBefore(job));
  }

  /** A place in the order, newest first. */
  public record Place(Instant createdAt, String id) {
    /** As clients pass it on; they need not understand it. */
    public String text() {
      return Micros.of(createdAt) + "-" + id;
    }

    private boolean isBefore(StoredJob job) {
      int newer = Long.compare(Micros.of(createdAt), Micros.of(job.createdAt()));
      return newer > 0 || (newer == 0 && id.compareTo(job.id()) > 0);
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
