package dev.stockade.server.api;

import dev.stockade.core.RunResult;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobState;
import dev.stockade.server.job.Judgement;
import dev.stockade.server.job.Utf8;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A job as clients see it. */
final class JobJson {
  private JobJson() {}

  /** Id and state: all there is to say of a job that has not ended. */
  static JsonObject reference(Job.Snapshot job) {
    return new JsonObject().put("id", job.id()).put("state", state(job.state()));
  }

  /** Everything that is known; {@code null} for what is not, or not yet. */
  static JsonObject full(Job.Snapshot job) {
    FinishedJob outcome = job.outcome();
    JsonObject json =
        reference(job)
            .put("language", job.subject().language())
            .put("command", command(job.subject().command()))
            .put("policy", job.subject().policy())
            .put("verdict", outcome == null ? null : outcome.verdict().name())
            .put("compile", outcome == null ? null : compile(outcome))
            .put("result", outcome == null ? null : result(outcome.result()))
            .put("judgement", outcome == null ? null : judgement(outcome.judgement()))
            .put(
                "error", job.error() == null ? null : Problem.ofJob(job.error(), job.id()).toJson())
            .put("createdAt", time(job.createdAt()))
            .put("startedAt", time(job.startedAt()))
            .put("finishedAt", time(job.finishedAt()));
    if (outcome != null && outcome.linked() != null) {
      json.put("programs", LinkedJson.of(outcome.linked()));
    }
    return job.subject().terminal() ? json.put("terminal", true) : json;
  }

  private static String state(JobState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable JsonArray command(@Nullable List<byte[]> command) {
    if (command == null) {
      return null;
    }
    JsonArray json = new JsonArray();
    command.forEach(argument -> json.add(textOrBase64(argument)));
    return json;
  }

  private static Object textOrBase64(byte[] bytes) {
    String text = Utf8.decode(bytes);
    return text != null
        ? text
        : new JsonObject().put("base64", Base64.getEncoder().encodeToString(bytes));
  }

  private static @Nullable JsonObject compile(FinishedJob outcome) {
    JsonObject compile = result(outcome.compile());
    return compile == null ? null : compile.put("cached", outcome.cached());
  }

  private static @Nullable JsonObject judgement(@Nullable Judgement judgement) {
    return judgement == null ? null : JudgementJson.of(judgement);
  }

  private static @Nullable JsonObject result(@Nullable RunResult result) {
    return result == null ? null : ResultJson.of(result);
  }

  static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
