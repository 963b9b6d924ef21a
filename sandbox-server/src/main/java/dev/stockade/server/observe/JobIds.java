package dev.stockade.server.observe;

import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/** Ids of spans: those of a job's first span are made of the job's id, all others are random. */
final class JobIds implements IdGenerator {
  private static final int SPAN_ID = 16;

  private final IdGenerator random = IdGenerator.random();
  private final ThreadLocal<@Nullable String> job = new ThreadLocal<>();

  /** The id of the span that the job's others are in: the first half of the job's. */
  static String spanOf(String job) {
    return job.substring(0, SPAN_ID);
  }

  /** The next span of this thread is a job's first one; {@code null}: it is none. */
  void next(@Nullable String id) {
    if (id == null) {
      job.remove();
    } else {
      job.set(id);
    }
  }

  @Override
  public String generateSpanId() {
    String id = job.get();
    return id == null ? random.generateSpanId() : spanOf(id);
  }

  @Override
  public String generateTraceId() {
    String id = job.get();
    return id == null ? random.generateTraceId() : id;
  }
}
