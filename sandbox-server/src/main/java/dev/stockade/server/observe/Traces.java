package dev.stockade.server.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a collector of OpenTelemetry, by OTLP over HTTP, how long requests and jobs took.
 *
 * <p>A request is a span of its client's trace, if it sent a {@code traceparent} (W3C Trace
 * Context). A job is a trace of its own, whose trace id is the job's id: it may outlive its request
 * and run on another server. The spans of requests that brought it are linked to it.
 *
 * <p>Nothing of a request's headers, query or body is told but its method, its path in the contract
 * and the ids of its jobs. Spans that a collector does not take are dropped; jobs wait for none.
 */
public final class Traces implements AutoCloseable {
  /** Tells nobody. */
  public static final Traces OFF = new Traces(null);

  private static final long LAST_SPANS_SECONDS = 2;
  private static final int SERVER_ERRORS = 500;

  @SuppressWarnings("deprecation") // keys: nobody calls it any more, but it has no body
  private static final TextMapGetter<HttpServerRequest> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpServerRequest request) {
          return request.headers().names();
        }

        @Override
        public @Nullable String get(@Nullable HttpServerRequest request, String name) {
          return request == null ? null : request.getHeader(name);
        }
      };

  private final @Nullable SdkTracerProvider provider;
  private final JobIds ids;

  private Traces(@Nullable SpanExporter exporter) {
    this.ids = new JobIds();
    this.provider = exporter == null ? null : provider(exporter, ids);
  }

  /**
   * @param collector such as {@code http://127.0.0.1:4318/v1/traces}
   */
  public static Traces to(URI collector) {
    return to(OtlpHttpSpanExporter.builder().setEndpoint(collector.toString()).build());
  }

  static Traces to(SpanExporter exporter) {
    return new Traces(exporter);
  }

  private static SdkTracerProvider provider(SpanExporter exporter, JobIds ids) {
    return SdkTracerProvider.builder()
        .setIdGenerator(ids)
        .setResource(
            Resource.getDefault()
                .merge(
                    Resource.create(
                        Attributes.of(AttributeKey.stringKey("service.name"), "stockade"))))
        .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
        .build();
  }

  /** A request that is being answered. */
  public static final class Request {
    private final @Nullable Span span;

    private Request(@Nullable Span span) {
      this.span = span;
    }

    /**
     * It has been answered.
     *
     * @param route a path of the contract, or {@code other}
     * @param jobs ids of those that it brought or is about
     */
    public void answered(String method, String route, int status, List<String> jobs) {
      if (span == null) {
        return;
      }
      span.updateName(method + " " + route);
      span.setAttribute("http.request.method", method);
      span.setAttribute("http.route", route);
      span.setAttribute("http.response.status_code", status);
      if (status >= SERVER_ERRORS) {
        span.setStatus(StatusCode.ERROR);
      }
      for (String job : jobs) {
        span.addLink(
            SpanContext.create(
                job, JobIds.spanOf(job), TraceFlags.getSampled(), TraceState.getDefault()));
      }
      span.end();
    }
  }

  /** A request has come. */
  public Request request(HttpServerRequest request) {
    if (provider == null) {
      return new Request(null);
    }
    Context parent =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), request, HEADERS);
    return new Request(
        tracer(provider)
            .spanBuilder(request.method().name())
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .startSpan());
  }

  /** A job has been run, or not to its end. */
  public void job(JobTrace job) {
    if (provider != null) {
      job.tell(tracer(provider), ids);
    }
  }

  private static Tracer tracer(SdkTracerProvider provider) {
    return provider.get("dev.stockade");
  }

  /** Tells what has not been told, for two seconds at most. */
  @Override
  public void close() {
    if (provider != null) {
      provider.shutdown().join(LAST_SPANS_SECONDS, TimeUnit.SECONDS);
    }
  }
}
