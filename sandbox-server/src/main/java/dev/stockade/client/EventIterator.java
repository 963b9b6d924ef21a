package dev.stockade.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The events of a job over as many connections as it takes: each goes on where the last ended. */
final class EventIterator implements Iterator<JobEvent>, AutoCloseable {
  /** After which a connection is taken for dead: the server says something every 15 seconds. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final Transport transport;
  private final Patience patience;
  private final String id;
  private long seen;
  private int failures;
  private @Nullable JobEvent next;
  private @Nullable EventParser parser;
  private volatile @Nullable InputStream open;
  private volatile long heardNanos;
  private volatile boolean over;

  EventIterator(Transport transport, Patience patience, String id, long after) {
    this.transport = transport;
    this.patience = patience;
    this.id = id;
    this.seen = after;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !over) {
      try {
        read();
      } catch (InterruptedException e) {
        close();
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new InterruptedIOException("interrupted"));
      } catch (IOException | ProblemException e) {
        recover(e);
      }
    }
    return next != null;
  }

  @Override
  public JobEvent next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    JobEvent event = next;
    next = null;
    return event;
  }

  private void read() throws IOException, InterruptedException {
    EventParser events = parser;
    if (events == null) {
      connect();
      return;
    }
    JobEvent event = events.next();
    seen = event.id();
    failures = 0;
    next = event;
    if (event instanceof JobEvent.Ended) {
      close();
    }
  }

  private void connect() throws IOException, InterruptedException {
    InputStream body = transport.open(transport.events(id, seen));
    if (body == null) {
      over = true;
      return;
    }
    heardNanos = System.nanoTime();
    open = body;
    parser =
        new EventParser(
            new BufferedReader(new InputStreamReader(body, UTF_8)),
            () -> heardNanos = System.nanoTime());
    watch(body);
    if (over) { // closed meanwhile
      close();
    }
  }

  /** Ends a connection on which nothing comes any more; then its reader goes on with another. */
  private void watch(InputStream body) {
    CompletableFuture.delayedExecutor(SILENCE.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
        .execute(
            () -> {
              if (body != open) {
                return;
              }
              if (System.nanoTime() - heardNanos >= SILENCE.toNanos()) {
                closeQuietly(body);
              } else {
                watch(body);
              }
            });
  }

  private void recover(Exception failure) {
    disconnect();
    if (over) {
      return;
    }
    failures++;
    if (!patience.goesOn(failures, failure)) {
      over = true;
      throw failure instanceof IOException io
          ? new UncheckedIOException(io)
          : (ProblemException) failure;
    }
    try {
      Thread.sleep(patience.pauseAfter(failure).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the next request says so
    }
  }

  private void disconnect() {
    InputStream body = open;
    open = null;
    parser = null;
    if (body != null) {
      closeQuietly(body);
    }
  }

  private static void closeQuietly(InputStream body) {
    try {
      body.close();
    } catch (IOException gone) {
      // then there is nothing to close
    }
  }

  /** From any thread: no event comes any more, and who waits for one does not. */
  @Override
  public void close() {
    over = true;
    InputStream body = open;
    open = null;
    if (body != null) {
      closeQuietly(body);
    }
  }
}
