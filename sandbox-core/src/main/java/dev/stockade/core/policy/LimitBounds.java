package dev.stockade.core.policy;

import java.time.Duration;

/** The least of each limit with which a program can run; for policies and for requests. */
final class LimitBounds {
  static final Duration LEAST_TIME = Duration.ofMillis(1);
  static final ByteSize LEAST_MEMORY = ByteSize.ofMebibytes(1);
  static final int LEAST_PIDS = 1;
  static final double LEAST_CPUS = 0.01;

  private LimitBounds() {}
}
