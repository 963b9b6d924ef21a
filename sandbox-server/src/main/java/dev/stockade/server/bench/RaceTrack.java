package dev.stockade.server.bench;

import dev.stockade.server.bench.BenchReport.Cpu;
import dev.stockade.server.bench.BenchReport.Entry;
import dev.stockade.server.bench.BenchReport.Measured;
import dev.stockade.server.bench.BenchReport.NotMeasured;
import dev.stockade.server.bench.BenchReport.Outcome;
import dev.stockade.server.bench.BenchReport.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has contestants run one workload in turns.
 *
 * <p>First the times: in each round each runs once, every round begins with another, and before
 * each turn there is a pause in which a spare can be made. Then the CPU time, in rounds of batches,
 * since reading it costs more than a run: what reading costs, and what the host and this JVM use
 * while nothing is run, is measured in the same rounds and taken off.
 */
final class RaceTrack {
  /** As long as a slot needs to prepare its spare; before each turn, so that all are alike. */
  private static final long PAUSE_NANOS = 3_000_000;

  /** For the kernel to clean up after a batch, and the length of an idle stretch. */
  private static final long SETTLE_NANOS = 20_000_000;

  private static final int CPU_ROUNDS = 5;

  private final Workload workload;
  private final int warmUp;
  private final int runs;
  private final CpuClock clock = new CpuClock();
  private final List<Starter> starters = new ArrayList<>();

  /**
   * @param warmUp rounds that are not measured: the Java VM compiles what has run often enough
   */
  RaceTrack(Workload workload, int warmUp, int runs) {
    this.workload = workload;
    this.warmUp = warmUp;
    this.runs = runs;
  }

  /** A contestant on the track, and what has been measured of it. */
  private static final class Starter {
    private final Contestant contestant;
    private final long[] nanos;
    private @Nullable Lane lane;
    private @Nullable String whyNot;
    private List<List<String>> commands = List.of();
    private String differences = "";
    private double processNanos;
    private double kernelNanos;
    private int cpuRuns;
    private boolean kernelIsSeen = true;

    Starter(Contestant contestant, int runs) {
      this.contestant = contestant;
      this.nanos = new long[runs];
    }

    void enter(Workload workload) {
      try {
        Lane entered = contestant.enter(workload);
        lane = entered;
        commands = entered.commands();
        differences = entered.differences();
      } catch (CannotCompeteException e) {
        whyNot = e.reason();
      }
    }

    /** Runs once; who fails is out of the race, with what was measured so far. */
    long run() {
      Lane running = lane;
      if (running == null) {
        return 0;
      }
      try {
        long start = System.nanoTime();
        running.run();
        long time = System.nanoTime() - start;
        running.after();
        return time;
      } catch (CannotCompeteException e) {
        whyNot = e.reason();
        leave();
        return 0;
      }
    }

    void leave() {
      if (lane != null) {
        lane.close();
        lane = null;
      }
    }

    boolean cpuIsKnown() {
      return lane != null && lane.cpuIsKnown();
    }

    Entry entry() {
      return new Entry(contestant.name(), commands, differences, outcome());
    }

    private Outcome outcome() {
      if (whyNot != null) {
        return new NotMeasured(whyNot);
      }
      Cpu cpu = null;
      if (cpuRuns > 0) {
        Long kernel = kernelIsSeen ? Math.max(0, Math.round(kernelNanos / cpuRuns)) : null;
        cpu = new Cpu(Math.max(0, Math.round(processNanos / cpuRuns)), kernel);
      }
      return new Measured(new Distribution(nanos), cpu);
    }
  }

  Race run(List<Contestant> contestants, Progress progress) {
    try {
      for (Contestant contestant : contestants) {
        Starter starter = new Starter(contestant, runs);
        starters.add(starter);
        starter.enter(workload);
      }
      measureTimes(progress);
      measureCpu();
      return new Race(workload.name(), runs, starters.stream().map(Starter::entry).toList());
    } finally {
      starters.forEach(Starter::leave);
    }
  }

  private void measureTimes(Progress progress) {
    for (int round = -warmUp; round < runs; round++) {
      progress.show(round + warmUp, runs + warmUp, workload.name());
      for (int turn = 0; turn < starters.size(); turn++) {
        Starter starter = starters.get(Math.floorMod(round + turn, starters.size()));
        LockSupport.parkNanos(PAUSE_NANOS);
        long time = starter.run();
        if (round >= 0) {
          starter.nanos[round] = time;
        }
      }
    }
  }

  private void measureCpu() {
    int batch = Math.max(2, runs / CPU_ROUNDS / 2);
    for (int round = 0; round < CPU_ROUNDS; round++) {
      Idle idle = idle();
      for (Starter starter : starters) {
        if (starter.cpuIsKnown()) {
          measureCpu(starter, batch, idle);
        }
      }
    }
  }

  private void measureCpu(Starter starter, int batch, Idle idle) {
    LockSupport.parkNanos(SETTLE_NANOS);
    CpuClock.Reading before = clock.read();
    long start = System.nanoTime();
    for (int i = 0; i < batch; i++) {
      starter.run();
    }
    LockSupport.parkNanos(SETTLE_NANOS);
    CpuClock.Reading after = clock.read();
    long wall = System.nanoTime() - start;
    Long kernel = after.kernelSince(before);
    starter.cpuRuns += batch;
    starter.processNanos += after.processSince(before) - idle.process(wall);
    starter.kernelIsSeen &= kernel != null;
    starter.kernelNanos += kernel == null ? 0 : kernel - idle.kernel(wall);
  }

  /**
   * What is used while nothing is run.
   *
   * @param readingNanos by one reading of the clock
   * @param processRate CPU time of ours for each nanosecond that passes
   * @param kernelRate the same of the kernel's threads
   */
  private record Idle(double readingNanos, double processRate, double kernelRate) {
    double process(long wall) {
      return readingNanos + processRate * wall;
    }

    double kernel(long wall) {
      return kernelRate * wall;
    }
  }

  private Idle idle() {
    CpuClock.Reading first = clock.read();
    CpuClock.Reading second = clock.read();
    double reading = second.processSince(first);
    long start = System.nanoTime();
    LockSupport.parkNanos(SETTLE_NANOS);
    CpuClock.Reading third = clock.read();
    double wall = Math.max(1, System.nanoTime() - start);
    double process = Math.max(0, third.processSince(second) - reading);
    Long kernel = third.kernelSince(second);
    return new Idle(reading, process / wall, kernel == null ? 0 : kernel / wall);
  }
}
