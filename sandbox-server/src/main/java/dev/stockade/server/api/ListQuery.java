package dev.stockade.server.api;

import dev.stockade.server.job.JobState;
import dev.stockade.server.judge.JudgeVerdict;
import dev.stockade.server.store.JobFilter;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads which jobs are to be listed. */
final class ListQuery {
  static final int MOST_JOBS = 100;
  private static final String MOST_JOBS_TEXT = "[1-9][0-9]{0,2}";
  private static final int USUAL_JOBS = 50;

  private final MultiMap query;
  private final FieldErrors errors = new FieldErrors();

  private ListQuery(MultiMap query) {
    this.query = query;
  }

  /**
   * Reads the query.
   *
   * @param submitter whose jobs; {@code null}: everybody's
   * @throws ProblemException with every fault found
   */
  static JobFilter parse(MultiMap query, @Nullable String submitter) {
    ListQuery reading = new ListQuery(query);
    JobFilter filter =
        new JobFilter(
            reading.state(), reading.verdict(), submitter, reading.after(), reading.limit());
    reading.errors.throwIfAny();
    return filter;
  }

  private @Nullable JobState state() {
    List<String> names =
        Arrays.stream(JobState.values())
            .map(state -> state.name().toLowerCase(Locale.ROOT))
            .toList();
    String name = oneOf("state", names);
    return name == null ? null : JobState.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private @Nullable String verdict() {
    return oneOf(
        "verdict",
        Arrays.stream(JudgeVerdict.values())
            .filter(verdict -> verdict != JudgeVerdict.SKIPPED) // of tests only
            .map(Enum::name)
            .toList());
  }

  private @Nullable String oneOf(String name, List<String> known) {
    Optional<String> value = Optional.ofNullable(query.get(name));
    if (value.isPresent() && !known.contains(value.get())) {
      errors.add(name, Shown.of(value.get()) + " is none of " + String.join(", ", known));
      return null;
    }
    return value.orElse(null);
  }

  private JobFilter.@Nullable Place after() {
    String text = query.get("after");
    try {
      return text == null ? null : JobFilter.Place.parse(text);
    } catch (IllegalArgumentException e) {
      errors.add("after", String.valueOf(e.getMessage()));
      return null;
    }
  }

  private int limit() {
    String text = query.get("limit");
    if (text == null) {
      return USUAL_JOBS;
    }
    if (!text.matches(MOST_JOBS_TEXT) || Integer.parseInt(text) > MOST_JOBS) {
      errors.add("limit", "must be a whole number from 1 to " + MOST_JOBS);
      return USUAL_JOBS;
    }
    return Integer.parseInt(text);
  }
}
