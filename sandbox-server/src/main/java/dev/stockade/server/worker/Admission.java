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
    return tryEnter(1);
  }

  /** Takes so many places; false, and nothing taken, when there are fewer. */
  boolean tryEnter(int places) {
    int before = jobs.getAndUpdate(now -> now + places <= most ? now + places : now);
    return before + places <= most;
  }

  /** Takes a place for a job that was accepted before, even where there is none. */
  void enter() {
    jobs.incrementAndGet();
  }

  /** Gives a place back. */
  void leave() {
    leave(1);
  }

  /** Gives places back. */
  void leave(int places) {
    jobs.addAndGet(-places);
  }
}
