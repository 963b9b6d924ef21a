package dev.stockade.server.bench;

import dev.stockade.server.bench.BenchReport.Throughput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Has a contestant run one workload as often as it can, from several threads. */
final class Saturation {
  private final Contestant contestant;
  private final Workload workload;

  Saturation(Contestant contestant, Workload workload) {
    this.contestant = contestant;
    this.workload = workload;
  }

  /** Runs for some time: each thread starts its next run when the one before has ended. */
  Throughput run(int concurrency, Duration interval) throws CannotCompeteException {
    List<Lane> lanes = new ArrayList<>();
    try {
      for (int i = 0; i < concurrency; i++) {
        lanes.add(contestant.enter(workload));
      }
      return new Throughput(contestant.name(), concurrency, rate(lanes, interval));
    } finally {
      lanes.forEach(Lane::close);
    }
  }

  private static double rate(List<Lane> lanes, Duration interval) throws CannotCompeteException {
    AtomicLong done = new AtomicLong();
    AtomicReference<CannotCompeteException> failure = new AtomicReference<>();
    // Taken by whoever comes last, before anybody goes on: this thread may go on long after them.
    AtomicLong began = new AtomicLong();
    CyclicBarrier start = new CyclicBarrier(lanes.size() + 1, () -> began.set(System.nanoTime()));
    List<Thread> threads = new ArrayList<>();
    for (Lane lane : lanes) {
      Thread thread =
          new Thread(() -> runUntil(lane, start, interval, done, failure), "stockade-bench");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    try {
      start.await();
      for (Thread thread : threads) {
        thread.join();
      }
      long took = System.nanoTime() - began.get();
      if (failure.get() != null) {
        throw failure.get();
      }
      return done.get() * 1e9 / took;
    } catch (InterruptedException | BrokenBarrierException e) {
      Thread.currentThread().interrupt();
      throw new CannotCompeteException("interrupted");
    }
  }

  private static void runUntil(
      Lane lane,
      CyclicBarrier start,
      Duration interval,
      AtomicLong done,
      AtomicReference<CannotCompeteException> failure) {
    try {
      start.await();
      long end = System.nanoTime() + interval.toNanos();
      while (System.nanoTime() < end && failure.get() == null) {
        lane.run();
        lane.after();
        done.incrementAndGet();
      }
    } catch (CannotCompeteException e) {
      failure.compareAndSet(null, e);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, new CannotCompeteException(e.toString()));
    } catch (InterruptedException | BrokenBarrierException e) {
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, new CannotCompeteException("interrupted"));
    }
  }
}
