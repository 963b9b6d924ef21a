package dev.stockade.server.access;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Whoever shows one token, and what it has used of its limits. Thread-safe. */
public final class Caller {
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final String name;
  private final Role role;
  private final TokenLimits limits;
  private final LongSupplier nanoTime;
  private double requests;
  private long countedAt;
  private int unfinished;

  /**
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  Caller(ApiToken token, LongSupplier nanoTime) {
    this(token.name(), token.role(), token.limits(), nanoTime);
  }

  private Caller(String name, Role role, TokenLimits limits, LongSupplier nanoTime) {
    this.name = name;
    this.role = role;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.requests = limits.requestsPerMinute();
    this.countedAt = nanoTime.getAsLong();
  }

  /** One who may do everything, without limits. */
  public static Caller unlimited(String name) {
    return new Caller(name, Role.ADMIN, TokenLimits.NONE, () -> 0);
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
    int requestsPerMinute = limits.requestsPerMinute();
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
    int mostUnfinished = limits.unfinishedJobs();
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

  /** How much it may use. */
  public TokenLimits limits() {
    return limits;
  }

  /** Whether it may know of a job. */
  public boolean sees(String submitter) {
    return role != Role.SUBMIT || name.equals(submitter);
  }
}
