package dev.stockade.server.bench;

import dev.stockade.core.policy.Policy;
import dev.stockade.server.bench.BenchReport.Conditions;
import dev.stockade.server.bench.BenchReport.Http;
import dev.stockade.server.bench.BenchReport.Race;
import dev.stockade.server.bench.BenchReport.Slot;
import dev.stockade.server.bench.BenchReport.Start;
import dev.stockade.server.bench.BenchReport.Throughput;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures everything, one thing after the other. */
public final class Bench {
  private static final String API = "sandbox, Java API";

  /** For the first slot's spare to be made and everything before it to be cleaned up. */
  private static final long SETTLE_NANOS = 30_000_000;

  private final Policy base;
  private final Effort effort;
  private final Surroundings surroundings;
  private final Progress progress;

  /**
   * What the host has besides.
   *
   * @param goJudge where a go-judge answers
   * @param launcher the script {@code stockade}, when this JVM was started by it
   * @param steps what each step of a run costs; empty when nobody knows
   */
  public record Surroundings(
      @Nullable URI goJudge, @Nullable Path launcher, Supplier<List<StepCost>> steps) {}

  /**
   * @param policy that the sandbox and its peers are set up by
   */
  public Bench(Policy policy, Effort effort, Surroundings surroundings, Progress progress) {
    this.base = policy;
    this.effort = effort;
    this.surroundings = surroundings;
    this.progress = progress;
  }

  /** A command of the user's own, by its absolute path, instead of the usual programs. */
  public static Workload command(List<byte[]> bytes, List<String> words) {
    return new Workload(String.join(" ", words), bytes, words, words, 1);
  }

  /**
   * Measures.
   *
   * @param command run instead of the usual programs; {@code null} for those
   */
  public BenchReport run(@Nullable Workload command) throws IOException {
    long began = System.nanoTime();
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    try (Workloads workloads = new Workloads()) {
      Policy policy = Confined.showing(base, workloads);
      List<Workload> all = command == null ? workloads.all() : List.of(command);
      Start start = new ServerStart(surroundings.launcher()).measure(effort.starts(), progress);
      try (Confined spare = Confined.withSpare(policy)) {
        spare.enter(all.get(0)).close();
        LockSupport.parkNanos(SETTLE_NANOS);
        Slot slot = new Slot(SlotMemory.pssBytesOfOurChildren());
        List<Race> races = races(all, policy, spare);
        Http http = null;
        List<Throughput> throughput = new ArrayList<>();
        try (Served served = new Served(policy)) {
          http = http(spare, served);
          throughput.addAll(throughput(policy, served));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        return new BenchReport(
            conditions(load, took, spare.degraded()),
            races,
            throughput,
            http,
            start,
            slot,
            surroundings.steps().get());
      }
    } catch (CannotCompeteException e) {
      throw new BenchFailedException(e.reason(), e);
    }
  }

  private List<Race> races(List<Workload> all, Policy policy, Confined spare)
      throws CannotCompeteException {
    List<Race> races = new ArrayList<>();
    try (Confined plain = Confined.withoutSpare(policy)) {
      List<Contestant> contestants = new ArrayList<>();
      contestants.add(Unconfined.bare());
      contestants.add(spare);
      contestants.add(plain);
      contestants.add(new Cold(policy));
      contestants.add(Unconfined.java());
      contestants.addAll(Peers.all(policy, surroundings.goJudge()));
      for (Workload workload : all) {
        Race race =
            new RaceTrack(workload, effort.warmUpOf(workload), effort.runsOf(workload))
                .run(contestants, progress);
        for (String own : List.of(Unconfined.BARE, Confined.SPARE, Confined.NO_SPARE, Cold.NAME)) {
          if (race.measured(own).isEmpty()) {
            throw new CannotCompeteException(own + ": " + race.whyNot(own));
          }
        }
        races.add(race);
      }
      return races;
    }
  }

  /** The same job by HTTP and by the Java API, in turns. */
  private Http http(Confined spare, Served served) throws CannotCompeteException {
    Workload trivial = Workloads.trivial();
    Race race =
        new RaceTrack(trivial, effort.httpWarmUp(), effort.runs())
            .run(List.of(spare, served), progress);
    return new Http(
        race.measured(Confined.SPARE)
            .orElseThrow(() -> new CannotCompeteException(race.whyNot(Confined.SPARE)))
            .latency(),
        race.measured(Served.NAME)
            .orElseThrow(() -> new CannotCompeteException(race.whyNot(Served.NAME)))
            .latency());
  }

  private List<Throughput> throughput(Policy policy, Served served) throws CannotCompeteException {
    List<Throughput> all = new ArrayList<>();
    try (Confined api = Confined.asServed(API, policy)) {
      List<Contestant> contestants = List.of(Unconfined.bare(), api, served);
      for (Contestant contestant : contestants) {
        saturate(contestant, 2, effort.interval().dividedBy(2)); // not counted: warming up
      }
      int done = 0;
      for (int concurrency : effort.concurrencies()) {
        for (Contestant contestant : contestants) {
          progress.show(
              done++,
              effort.concurrencies().size() * contestants.size(),
              "throughput, " + concurrency + " at a time");
          all.add(saturate(contestant, concurrency, effort.interval()));
        }
      }
    }
    return all;
  }

  private static Throughput saturate(Contestant contestant, int concurrency, Duration interval)
      throws CannotCompeteException {
    return new Saturation(contestant, Workloads.trivial()).run(concurrency, interval);
  }

  private static Conditions conditions(double load, Duration took, List<String> degraded) {
    return new Conditions(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        "Java " + Runtime.version(),
        String.format(
            Locale.ROOT, "%s %s", System.getProperty("os.name"), System.getProperty("os.version")),
        Runtime.getRuntime().availableProcessors(),
        load,
        took,
        degraded);
  }
}
