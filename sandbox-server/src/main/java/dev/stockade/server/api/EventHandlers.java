package dev.stockade.server.api;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobEvents;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a job while it happens, as Server-Sent Events.
 *
 * <p>A client costs a cursor into the job's events and one event more than what its socket holds
 * (64 KiB of ours, and the kernel's). Events are written as long as the socket takes them; a client
 * that has taken nothing for a whole heartbeat is cut off, and can come back with {@code
 * Last-Event-ID}.
 */
final class EventHandlers {
  static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final int BATCH = 64;

  private final Vertx vertx;
  private final Duration heartbeat;

  EventHandlers(Vertx vertx, Duration heartbeat) {
    this.vertx = vertx;
    this.heartbeat = heartbeat;
  }

  void events(RoutingContext context, Job job) {
    long after = lastEventId(context);
    HttpServerResponse response = context.response();
    if (response.closed()) {
      return;
    }
    JobEvents events = job.events();
    if (events.isOver() && after >= events.lastId()) {
      response.setStatusCode(204).end(); // what tells an EventSource not to come back
      return;
    }
    Stream stream =
        new Stream(
            vertx.getOrCreateContext(),
            context.request(),
            events,
            Math.min(after, events.lastId()));
    Job.Listening watching =
        events
            .watch(stream::wake)
            .orElseThrow(() -> new ProblemException(Problem.tooManyWatchers()));
    response
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store")
        .setChunked(true);
    stream.start(context, watching);
  }

  private static long lastEventId(RoutingContext context) {
    String header = context.request().getHeader(LAST_EVENT_ID);
    if (header == null) {
      return 0;
    }
    if (!NUMBER.matcher(header).matches()) {
      throw new ProblemException(
          Problem.badRequest(
              LAST_EVENT_ID, Shown.of(header) + " is not the id of an event: a whole number"));
    }
    return Long.parseLong(header);
  }

  /** One client. Everything but {@link #wake} happens on its event loop. */
  private final class Stream {
    private final Context loop;
    private final HttpConnection connection;
    private final HttpServerResponse response;
    private final JobEvents events;
    private final AtomicBoolean woken = new AtomicBoolean();
    private long seen;
    private boolean stuck;
    private boolean over;
    private long timer;
    private Job.@Nullable Listening watching;

    Stream(Context loop, HttpServerRequest request, JobEvents events, long after) {
      this.loop = loop;
      this.connection = request.connection();
      this.response = request.response();
      this.events = events;
      this.seen = after;
    }

    void start(RoutingContext context, Job.Listening watch) {
      watching = watch;
      context.addEndHandler(gone -> stop());
      response.drainHandler(drained -> pump());
      timer = vertx.setPeriodic(heartbeat.toMillis(), tick -> beat());
      response.write(":\n\n"); // the headers go out now, whatever happens to the job
      pump();
    }

    /** From any thread: one visit to the event loop for any number of events. */
    private void wake() {
      if (woken.compareAndSet(false, true)) {
        loop.runOnContext(
            called -> {
              woken.set(false);
              pump();
            });
      }
    }

    private void pump() {
      while (!over && !response.writeQueueFull()) {
        List<JobEvents.Numbered> next = events.after(seen, BATCH);
        if (next.isEmpty()) {
          return;
        }
        for (int i = 0; i < next.size() && !over && !response.writeQueueFull(); i++) {
          write(next.get(i));
        }
      }
    }

    private void write(JobEvents.Numbered event) {
      stuck = false;
      if (event.id() > seen + 1) {
        response.write(EventText.lost(seen + 1, event.id() - 1));
      }
      seen = event.id();
      response.write(EventText.of(event));
      if (event.event() instanceof JobEvent.Ended) {
        stop();
        response.end();
      }
    }

    private void beat() {
      if (!response.writeQueueFull()) {
        response.write(":\n\n");
        stuck = false;
      } else if (stuck) {
        stop();
        CutOff.reset(connection);
      } else {
        stuck = true;
      }
    }

    private void stop() {
      over = true;
      vertx.cancelTimer(timer);
      if (watching != null) {
        watching.close();
      }
    }
  }
}
