package dev.stockade.server.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Verdict;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobEvents;
import dev.stockade.server.judge.JudgeVerdict;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the trace of a job is made of. */
final class TracesTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final AttributeKey<String> VERDICT = AttributeKey.stringKey("stockade.verdict");

  private static List<SpanData> trace(JobEvents events, String state, @Nullable String verdict) {
    Told told = new Told();
    try (Traces traces = Traces.to(told)) {
      Job.Subject subject = new Job.Subject("cpp", null, null, false, false);
      traces.job(new JobTrace(ID, subject, events, Duration.ZERO, state, verdict));
    }
    return told.spans;
  }

  /** A collector. */
  private static final class Told implements SpanExporter {
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> more) {
      spans.addAll(more);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @Test
  void aJobIsATraceOfItsOwn() {
    JobEvents events = new JobEvents();
    events.add(new JobEvent.Started());
    events.add(new JobEvent.Compiling(JobEvent.Part.PROGRAM));
    events.add(new JobEvent.Compiled(JobEvent.Part.PROGRAM, Verdict.OK, true));
    List<SpanData> spans = trace(events, "done", "OK");
    assertEquals(
        List.of("compile program", "job", "queue", "run"),
        spans.stream().map(SpanData::getName).sorted().toList());
    for (SpanData span : spans) {
      assertEquals(ID, span.getTraceId());
      boolean root = span.getName().equals("job");
      assertEquals(root, span.getSpanId().equals("0123456789abcdef"), span::toString);
      assertEquals(root ? SpanId.getInvalid() : "0123456789abcdef", span.getParentSpanId());
      assertTrue(span.getStartEpochNanos() <= span.getEndEpochNanos(), span::toString);
    }
    SpanData job = named(spans, "job");
    assertEquals("OK", job.getAttributes().get(VERDICT));
    assertEquals("cpp", job.getAttributes().get(AttributeKey.stringKey("stockade.language")));
    assertEquals(
        true,
        named(spans, "compile program")
            .getAttributes()
            .get(AttributeKey.booleanKey("stockade.cached")));
    assertEquals(
        "stockade", job.getResource().getAttribute(AttributeKey.stringKey("service.name")));
  }

  @Test
  void eachTestIsASpan() {
    JobEvents events = new JobEvents();
    events.add(new JobEvent.TestStarted(0, "small"));
    events.add(new JobEvent.TestStarted(1, "large"));
    events.add(new JobEvent.TestFinished(1, "large", JudgeVerdict.WRONG_ANSWER, BigDecimal.ZERO));
    List<SpanData> spans = trace(events, "cancelled", null);
    assertEquals(
        List.of("job", "queue", "test", "test"),
        spans.stream().map(SpanData::getName).sorted().toList());
    assertEquals(
        "[large: WRONG_ANSWER, small: null]",
        spans.stream()
            .filter(span -> span.getName().equals("test"))
            .map(
                span ->
                    span.getAttributes().get(AttributeKey.stringKey("stockade.test"))
                        + ": "
                        + span.getAttributes().get(VERDICT))
            .sorted()
            .collect(Collectors.toList())
            .toString());
    assertEquals(StatusCode.UNSET, named(spans, "job").getStatus().getStatusCode());
  }

  @Test
  void aFaultOfOursIsAnError() {
    SpanData job = named(trace(new JobEvents(), "failed", null), "job");
    assertEquals(StatusCode.ERROR, job.getStatus().getStatusCode());
  }

  private static SpanData named(List<SpanData> spans, String name) {
    return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }
}
