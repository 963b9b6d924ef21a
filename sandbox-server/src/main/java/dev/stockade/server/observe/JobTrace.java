package dev.stockade.server.observe;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobEvents;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job's trace is made of: a span {@code job}, and in it {@code queue}, {@code compile
 * program}, {@code compile checker}, {@code compile interactor}, and {@code test} for each test or
 * {@code run} in a job without.
 *
 * @param queued how long it waited for a worker
 * @param state how it ended, as in the log
 * @param verdict {@code null} unless it is done
 */
public record JobTrace(
    String id,
    Job.Subject subject,
    JobEvents events,
    Duration queued,
    String state,
    @Nullable String verdict) {
  private static final String VERDICT = "stockade.verdict";

  void tell(Tracer tracer, JobIds ids) {
    Duration total = events.age();
    new Telling(tracer, Instant.now().minus(total), total).job(ids);
  }

  private final class Telling {
    private final Tracer tracer;
    private final Instant accepted;
    private final Duration total;
    private final Map<Object, Span> open = new HashMap<>();
    private Context inside = Context.root();

    Telling(Tracer tracer, Instant accepted, Duration total) {
      this.tracer = tracer;
      this.accepted = accepted;
      this.total = total;
    }

    void job(JobIds ids) {
      ids.next(id);
      Span job;
      try {
        job = begin("job", Duration.ZERO);
      } finally {
        ids.next(null);
      }
      job.setAttribute("stockade.state", state);
      set(job, VERDICT, verdict);
      set(job, "stockade.language", subject.language());
      set(job, "stockade.policy", subject.policy());
      if (state.equals("failed")) {
        job.setStatus(StatusCode.ERROR);
      }
      inside = Context.root().with(job);
      end(begin("queue", Duration.ZERO), queued);
      stages();
      end(job, total);
    }

    private void stages() {
      Duration ready = queued;
      boolean tested = false;
      for (JobEvents.Numbered event : events.after(0, Integer.MAX_VALUE)) {
        if (event.event() instanceof JobEvent.Compiling compiling) {
          String part = compiling.part().name().toLowerCase(Locale.ROOT);
          open.put(compiling.part(), begin("compile " + part, event.at()));
        } else if (event.event() instanceof JobEvent.Compiled compiled) {
          Span span = open.remove(compiled.part());
          if (span != null) {
            span.setAttribute(VERDICT, compiled.verdict().name());
            span.setAttribute("stockade.cached", compiled.cached());
            end(span, event.at());
          }
          ready = event.at();
        } else if (event.event() instanceof JobEvent.TestStarted test) {
          tested = true;
          Span span = begin("test", event.at());
          span.setAttribute("stockade.test", test.name());
          open.put(test.test(), span);
        } else if (event.event() instanceof JobEvent.TestFinished test) {
          Span span = open.remove(test.test());
          if (span != null) {
            span.setAttribute(VERDICT, test.verdict().name());
            end(span, event.at());
          }
        }
      }
      if (!tested && open.isEmpty()) {
        end(begin("run", ready), total);
      }
      open.values().forEach(span -> end(span, total));
    }

    private Span begin(String name, Duration at) {
      return tracer
          .spanBuilder(name)
          .setParent(inside)
          .setStartTimestamp(accepted.plus(at))
          .startSpan();
    }

    private void end(Span span, Duration at) {
      span.end(accepted.plus(at));
    }
  }

  private static void set(Span span, String name, @Nullable String value) {
    if (value != null) {
      span.setAttribute(name, value);
    }
  }
}
