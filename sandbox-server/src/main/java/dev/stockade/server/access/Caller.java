package dev.stockade.server.access;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Whoever shows one token, and what it has used of its limits. Thread-safe. */
public final class Caller {
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final String name;
  private final Role role;
  private final int requestsPerMinute;
  private final int mostUnfinished;
  private final LongSupplier nanoTime;
  private double requests;
  private long countedAt;
  private int unfinished;

  /**
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  Caller(ApiToken token, LongSupplier nanoTime) {
    this(token.name(), token.role(), token.requestsPerMinute(), token.unfinishedJobs(), nanoTime);
  }

  private Caller(
      String name, Role role, int requestsPerMinute, int mostUnfinished, LongSupplier nanoTime) {
    this.name = name;
    this.role = role;
    this.requestsPerMinute = requestsPerMinute;
    this.mostUnfinished = mostUnfinished;
    this.nanoTime = nanoTime;
    this.requests = requestsPerMinute;
    this.countedAt = nanoTime.getAsLong();
  }

  /** One who may do everything, without limits. */
  public static Caller unlimited(String name) {
    return new Caller(name, Role.ADMIN, 0, 0, () -> 0);
  }

  public String name() {
    return name;
  }

  public Role role() {
    return role;
  }

  /**
   * Counts a request, if there may be one more now.
   *
   * @return zero when it may; else the time after which one may
   */
  public synchronized Duration request() {
    if (requestsPerMinute == 0) {
      return Duration.ZERO;
    }
    long now = nanoTime.getAsLong();
    double back = (double) (now - countedAt) * requestsPerMinute / MINUTE_NANOS;
    requests = Math.min(requestsPerMinute, requests + back);
    countedAt = now;
    if (requests < 1) {
      return Duration.ofNanos((long) Math.ceil((1 - requests) * MINUTE_NANOS / requestsPerMinute));
    }
    requests -= 1;
    return Duration.ZERO;
  }

  /** Counts a job that begins; false when there are as many unfinished ones as there may be. */
  public synchronized boolean beginJob() {
    if (mostUnfinished > 0 && unfinished >= mostUnfinished) {
      return false;
    }
    unfinished++;
    return true;
  }

  /** A job has ended, or was not taken after all. */
  public synchronized void endJob() {
    unfinished--;
  }

  /** The most jobs that it may have unfinished; 0: any number. */
  public int mostUnfinished() {
    return mostUnfinished;
  }

  /** The most requests that it may send in a minute; 0: any number. */
  public int requestsPerMinute() {
    return requestsPerMinute;
  }
}
