package dev.stockade.server.worker;

import java.util.concurrent.atomic.AtomicInteger;

/** How many jobs a server may have at one time, waiting and running. Thread-safe. */
final class Admission {
  private final int most;
  private final AtomicInteger jobs = new AtomicInteger();

  Admission(int most) {
    this.most = most;
  }

  /** Takes a place; false, and nothing taken, when there is none. */
  boolean tryEnter() {
    int before = jobs.getAndUpdate(now -> now < most ? now + 1 : now);
    return before < most;
  }

  /** Takes a place for a job that was accepted before, even where there is none. */
  void enter() {
    jobs.incrementAndGet();
  }

  /** Gives a place back. */
  void leave() {
    jobs.decrementAndGet();
  }
}
