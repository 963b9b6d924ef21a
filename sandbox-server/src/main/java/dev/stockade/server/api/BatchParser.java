package dev.stockade.server.api;

import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Submission;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a body with several jobs into them, or into one answer that names all their faults. */
final class BatchParser {
  private static final String JOBS = "jobs";
  private static final int MOST_JOBS = 100;

  private final JobParser parser;

  BatchParser(JobParser parser) {
    this.parser = parser;
  }

  /**
   * Reads the jobs.
   *
   * @param submitter name of the token that they came with; empty without one
   * @param key what names them all; each gets one of its own made of it
   * @throws ProblemException with every fault found
   */
  List<Submission> parse(JsonObject body, String submitter, @Nullable String key) {
    FieldErrors errors = new FieldErrors();
    Values values = new Values(errors);
    values.onlyKeys(body, "", Set.of(JOBS), "a batch");
    List<@Nullable Object> list = values.list(body.getValue(JOBS), JOBS, MOST_JOBS);
    if (list.isEmpty() && errors.isEmpty()) {
      errors.add(JOBS, "is empty; a batch has at least one job");
    }
    List<Submission> submissions = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String field = JOBS + "[" + i + "]";
      int faults = errors.all().size();
      JsonObject job = values.object(list.get(i), field);
      if (errors.all().size() == faults) {
        read(job, field, errors, submitter, key == null ? null : key + "#" + i, submissions);
      }
    }
    errors.throwIfAny();
    return submissions;
  }

  private void read(
      JsonObject job,
      String field,
      FieldErrors errors,
      String submitter,
      @Nullable String key,
      List<Submission> submissions) {
    try {
      JobRequest request = parser.parse(job);
      int priority = job.getInteger(JobParser.PRIORITY, 0);
      submissions.add(
          new Submission(
              request,
              job.toBuffer().getBytes(),
              priority,
              submitter,
              key,
              JobParser.callbackOf(job)));
    } catch (ProblemException e) {
      e.problem().errors().forEach(one -> errors.add(field + "." + one.field(), one.message()));
    }
  }
}
