package dev.stockade.server.api;

import dev.stockade.server.job.JobState;
import dev.stockade.server.store.CallbackProgress;
import dev.stockade.server.store.JobFilter.Place;
import dev.stockade.server.store.StoredJob;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** A job of the store as clients see it. */
final class StoredJobJson {
  static final String CALLBACK = "callback";

  private StoredJobJson() {}

  /** Everything that is known. */
  static Buffer full(StoredJob job) {
    byte[] document = job.document();
    if (document == null) {
      throw new IllegalArgumentException("loaded without its document: " + job.id());
    }
    Buffer json = Buffer.buffer(document);
    boolean asAtItsEnd = job.state() == JobState.DONE || job.state() == JobState.FAILED;
    CallbackProgress callback = job.callback();
    if (asAtItsEnd && callback == null) {
      return json;
    }
    JsonObject object = new JsonObject(json);
    if (!asAtItsEnd) {
      withState(object, job);
    }
    return callback == null
        ? object.toBuffer()
        : object.put(CALLBACK, callback(callback)).toBuffer();
  }

  /** How far the telling of the end is. */
  static JsonObject callback(CallbackProgress progress) {
    String state =
        switch (progress.state()) {
          case WAITING -> "waiting";
          case DELIVERED -> "delivered";
          case GIVEN_UP -> "givenUp";
        };
    return new JsonObject()
        .put("state", state)
        .put("attempts", progress.attempts())
        .put("lastStatus", progress.lastStatus());
  }

  /** A page of jobs, in short. */
  static JsonObject page(List<StoredJob> jobs, int limit) {
    JsonArray list = new JsonArray();
    jobs.forEach(job -> list.add(summary(job)));
    StoredJob last = jobs.size() < limit ? null : jobs.get(jobs.size() - 1);
    return new JsonObject()
        .put("jobs", list)
        .put("next", last == null ? null : new Place(last.createdAt(), last.id()).text());
  }

  private static JsonObject summary(StoredJob job) {
    return new JsonObject()
        .put("id", job.id())
        .put("state", job.state().name().toLowerCase(Locale.ROOT))
        .put("language", job.language())
        .put("verdict", job.verdict())
        .put("priority", job.priority())
        .put("createdAt", JobJson.time(job.createdAt()))
        .put("startedAt", JobJson.time(job.startedAt()))
        .put("finishedAt", JobJson.time(job.finishedAt()));
  }

  /** What changes while a job waits and runs is newer in the store than in its document. */
  private static JsonObject withState(JsonObject document, StoredJob job) {
    return document
        .put("state", job.state().name().toLowerCase(Locale.ROOT))
        .put("startedAt", JobJson.time(job.startedAt()))
        .put("finishedAt", JobJson.time(job.finishedAt()));
  }
}
